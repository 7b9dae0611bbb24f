// DuckDB in this process: a table in a file of its own, rows in the order (profile, at), names as an enumeration, both cores.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import { answer, option, ownCpu } from './answering.mjs';
import { CATEGORIES, DAY, FUNNEL, NAMES, SEGMENT, START, WEEK, cells, framework, numbers, quoted } from './questions.mjs';

const file = join(option('--folder'), 'peer.duckdb');
const remove = () => ['', '.wal'].forEach((suffix) => rmSync(file + suffix, { force: true }));
remove();
const instance = await DuckDBInstance.create(file);
const connection = await instance.connect();
await connection.run(`create type event_name as enum (${quoted(NAMES)})`);
await connection.run(`create type event_category as enum (${quoted(CATEGORIES)})`);
await connection.run(`
  create table events as
  select * from read_csv('${option('--csv')}', header = false, columns = {'profile': 'UINTEGER', 'ms': 'BIGINT', 'name': 'event_name', 'revenue': 'DOUBLE', 'category': 'event_category'})
  order by profile, ms`);
await connection.run('checkpoint');
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();

// A bit for each week, so that the table is read and grouped once.
const RETENTION = `
  with people as (
    select (min(ms) filter (where name = 'Signed Up') - ${START}) // ${WEEK} as week, bit_or(1::uinteger << ((ms - ${START}) // ${WEEK})::uinteger) as active
    from events group by profile having min(ms) filter (where name = 'Signed Up') is not null)
  select week, later, count(*) from people, range(27) as weeks(later)
  where week + later < 27 and (active >> (week + later)::uinteger) & 1 = 1 group by all`;

await answer({
  peer: 'DuckDB',
  version: version(),
  cpu: ownCpu,
  targets: {
    P5: { run: async () => ({ answer: numbers((await rows(framework(`ms // ${DAY}`)))[0]), note: 'end state only: SQL has no moves' }) },
    P6: { run: async () => ({ answer: numbers((await rows(FUNNEL))[0]), note: 'window functions over the four steps' }) },
    'P7-retention': { run: async () => ({ answer: cells(await rows(RETENTION)) }) },
    'P7-segment': { run: async () => ({ answer: numbers((await rows(SEGMENT))[0]) }) },
  },
  close: async () => {
    connection.closeSync();
    instance.closeSync();
    remove();
  },
});
