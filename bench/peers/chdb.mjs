// ClickHouse in this process (chdb): MergeTree in the order (profile, at), names as LowCardinality, merged into one part, both cores.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Session, version } from 'chdb';
import { answer, option, ownCpu } from './answering.mjs';
import { DAY, END, START, WEEK, SEGMENT, cells, framework, numbers } from './questions.mjs';

const folder = join(option('--folder'), 'peer.chdb');
rmSync(folder, { recursive: true, force: true });
const session = new Session(folder);
const query = (sql) => session.query(sql, 'CSV');
const rows = (sql) => query(sql).trim().split('\n').map((line) => line.split(','));
const file = `file('${option('--csv')}', 'CSV', 'profile UInt32, ms UInt64, name String, revenue Float64, category String')`;

query('create database bench engine = Atomic');
query('create table bench.events (profile UInt32, ms UInt64, name LowCardinality(String), revenue Float64, category LowCardinality(String)) engine = MergeTree order by (profile, ms)');
query(`insert into bench.events select * from ${file}`);
query('optimize table bench.events final');
query('use bench');

const FUNNEL = `
  select countIf(level >= 1), countIf(level >= 2), countIf(level >= 3), countIf(level >= 4) from (
    select profile, windowFunnel(${WEEK})(ms, name = 'Product Viewed' and revenue >= 50, name = 'Product Added', name = 'Checkout Started', name = 'Order Completed') as level
    from events
    where (name = 'Product Viewed' and revenue >= 50) or name in ('Product Added', 'Checkout Started', 'Order Completed')
    group by profile)`;
const RETENTION = `
  select week, later, count() from (
    select intDiv(minIf(ms, name = 'Signed Up') - ${START}, ${WEEK}) as week, groupBitOr(bitShiftLeft(toUInt32(1), intDiv(ms - ${START}, ${WEEK}))) as active
    from events group by profile having countIf(name = 'Signed Up') > 0)
  array join range(27) as later
  where bitTest(active, week + later) group by week, later`;

/** Bytes an event of a table with these columns: what the parts take on disk. */
function stored(table, columns) {
  query(`create table bench.${table} (${columns}) engine = MergeTree order by (profile, ms)`);
  query(`insert into bench.${table} select profile, ms, name, revenue from bench.events`);
  query(`optimize table bench.${table} final`);
  const [[bytes, count]] = rows(`select sum(bytes_on_disk), sum(rows) from system.parts where database = 'bench' and table = '${table}' and active`);
  query(`drop table bench.${table} sync`);
  return Number(bytes) / Number(count);
}

/** As it comes, and with the codecs that its manual recommends for such columns; the answer is the smaller. */
async function size() {
  const plain = stored('plain', 'profile UInt32, ms UInt64, name LowCardinality(String), revenue Float64');
  const packed = stored('packed', 'profile UInt32 codec(Delta, ZSTD), ms UInt64 codec(DoubleDelta, ZSTD), name LowCardinality(String) codec(ZSTD), revenue Float64 codec(ZSTD)');
  return { answer: Math.min(plain, packed).toFixed(2), note: `bytes an event: ${plain.toFixed(2)} as it comes (LZ4), ${packed.toFixed(2)} with codecs (Delta, DoubleDelta, ZSTD)` };
}

await answer({
  peer: 'chdb',
  version: `${version().chdb} (ClickHouse ${rows('select version()')[0][0].replaceAll('"', '')})`,
  cpu: ownCpu,
  targets: {
    P5: { run: async () => ({ answer: numbers(rows(framework(`intDiv(ms, ${DAY})`))[0]), note: 'end state only: SQL has no moves' }) },
    P6: { run: async () => ({ answer: numbers(rows(FUNNEL)[0]), note: 'windowFunnel, default mode' }) },
    'P7-retention': { run: async () => ({ answer: cells(rows(RETENTION)) }) },
    'P7-segment': { run: async () => ({ answer: numbers(rows(SEGMENT)[0]) }) },
    P8: { run: size },
  },
  close: async () => {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  },
});
