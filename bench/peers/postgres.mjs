// PostgreSQL in a cluster of its own in a temporary folder: rows laid in the order (profile, at), an index that covers the questions, analysed,
// memory for sorting, parallel workers.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import pg from 'pg';
import { answer, cpuOf, option } from './answering.mjs';
import { CATEGORIES, DAY, FUNNEL, NAMES, SEGMENT, START, WEEK, cells, framework, numbers, quoted } from './questions.mjs';

const programs = binaries();
const user = account();
const folder = mkdtempSync(join(tmpdir(), 'ciclo-pg-'));
if (user.uid !== undefined) {
  chownSync(folder, user.uid, user.gid);
}
execFileSync(join(programs, 'initdb'), ['-D', join(folder, 'data'), '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C'], { ...user, cwd: folder, stdio: 'ignore' });
const settings = {
  listen_addresses: '', unix_socket_directories: folder, shared_buffers: '2GB', work_mem: '1GB', maintenance_work_mem: '1GB', effective_cache_size: '8GB',
  max_parallel_workers_per_gather: 2, max_parallel_workers: 2, random_page_cost: 1.1, max_wal_size: '8GB', fsync: 'off', autovacuum: 'off',
  // In a container /dev/shm can be too small for what parallel workers share.
  dynamic_shared_memory_type: sharedMemory() > 2e9 ? 'posix' : 'mmap',
};
const server = spawn(join(programs, 'postgres'), ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
  { ...user, cwd: folder, stdio: 'ignore' });
const ended = once(server, 'exit');
const remove = () => rmSync(folder, { recursive: true, force: true });
process.on('exit', () => {
  server.kill('SIGQUIT');
  remove();
});

const client = await connect();
await client.query(`create type event_name as enum (${quoted(NAMES)})`);
await client.query(`create type event_category as enum (${quoted(CATEGORIES)})`);
await client.query('create unlogged table loaded (profile integer, ms bigint, name event_name, revenue double precision, category event_category)');
execFileSync(join(programs, 'psql'), ['-h', folder, '-U', 'bench', '-d', 'postgres', '-q', '-c', `\\copy loaded from '${option('--csv')}' with (format csv)`], { stdio: ['ignore', 'ignore', 'inherit'] });
await client.query('create table events as select * from loaded order by profile, ms');
await client.query('drop table loaded');
await client.query('create index on events (profile, ms) include (name, revenue)');
await client.query('vacuum analyze events');
const backend = (await rows('select pg_backend_pid()'))[0][0];

// A bit for each week, so that the table is read and grouped once.
const RETENTION = `
  with people as (
    select (min(ms) filter (where name = 'Signed Up') - ${START}) / ${WEEK} as week, bit_or(1 << ((ms - ${START}) / ${WEEK})::integer) as active
    from events group by profile having min(ms) filter (where name = 'Signed Up') is not null)
  select week, later, count(*) from people, generate_series(0, 26) as later
  where week + later < 27 and (active >> (week + later)::integer) & 1 = 1 group by week, later`;

await answer({
  peer: 'PostgreSQL',
  version: (await rows('show server_version'))[0][0].split(' ')[0],
  // Parallel workers are children of the server and have ended when a query has.
  cpu: () => cpuOf(backend) + cpuOf(server.pid, true),
  targets: {
    P5: { run: async () => ({ answer: numbers((await rows(framework(`ms / ${DAY}`)))[0]), note: 'end state only: SQL has no moves' }) },
    P6: { run: async () => ({ answer: numbers((await rows(FUNNEL))[0]), note: 'window functions over the four steps' }) },
    'P7-retention': { run: async () => ({ answer: cells(await rows(RETENTION)) }) },
    'P7-segment': { run: async () => ({ answer: numbers((await rows(SEGMENT))[0]) }) },
  },
  close: async () => {
    await client.end();
    server.kill('SIGINT');
    await ended;
    remove();
  },
});

async function rows(text) {
  return (await client.query({ text, rowMode: 'array' })).rows;
}

/** Debian keeps the server's programs out of the path, in a folder for each version. */
function binaries() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').filter((version) => existsSync(`/usr/lib/postgresql/${version}/bin/initdb`)) : [];
  if (versions.length === 0) {
    throw new Error('PostgreSQL is not installed: bench/peers/install.sh as root installs it.');
  }
  return `/usr/lib/postgresql/${versions.sort((a, b) => b - a)[0]}/bin`;
}

function sharedMemory() {
  const { bsize, bavail } = statfsSync('/dev/shm');
  return bsize * bavail;
}

/** The server refuses to run as root: then it runs as the account of its package. */
function account() {
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
}

async function connect() {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ host: folder, user: 'bench', database: 'postgres' });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 100 || server.exitCode !== null) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
