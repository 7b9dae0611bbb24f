// Restate on this machine: calls with a delay, all due at one instant, made durable one by one over its HTTP entry; how long after that instant the
// last of them has run, and what memory the server takes with all of them pending.
import './promises.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer, cpuOf, memoryOf } from './answering.mjs';

// A line of log for each call would be measured too.
process.env.RESTATE_LOGGING = 'ERROR';
const restate = await import('@restatedev/restate-sdk');
const files = createRequire(import.meta.url);
const program = files.resolve(`@restatedev/restate-server-linux-${process.arch}/bin/restate-server`);
const { version } = files('@restatedev/restate-server/package.json');
const [fabric, admin, ingress, handlers] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
const folder = mkdtempSync(join(tmpdir(), 'ciclo-restate-'));

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
let ran = new Map();
let waiting = () => {};
const timers = restate.service({
  name: 'timers',
  handlers: {
    due: async (_, key) => {
      ran.set(key, [...(ran.get(key) ?? []), Date.now()]);
      waiting();
    },
  },
});
await restate.serve({ services: [timers], port: handlers });

const server = spawn(program, ['--no-logo', '--base-dir', folder], {
  cwd: folder,
  stdio: 'ignore',
  env: {
    ...process.env, RUST_LOG: 'error', DO_NOT_TRACK: '1', RESTATE_DISABLE_TELEMETRY: 'true', RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`, RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`, RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
  },
});
process.on('exit', () => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
await register();


/** Sends, waits, counts. */
async function pending(count) {
  ran = new Map();
  const clock = Date.now();
  // Twice what sending takes at 1,500 calls a second: all must be pending before the instant.
  const due = clock + 5_000 + (2 * count) / 1.5;
  const keys = Array.from({ length: count }, (_, number) => `${clock}-${number}`);
  const all = new Promise((resolve) => {
    waiting = () => ran.size === count && resolve();
  });
  await each(keys, 128, (key) => call(ingress, `/timers/due/send?delay=${Math.round(due - Date.now())}ms`, JSON.stringify(key)));
  const sent = Date.now() - clock;
  if (Date.now() > due) {
    throw new Error(`Sending ${count} calls took ${sent} ms: they were due before all were pending.`);
  }
  const memory = memoryOf(server.pid);
  await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
  const before = cpuOf(server.pid);
  await all;
  const late = [...ran.values()].map(([at]) => at - due).sort((a, b) => a - b);
  const twice = [...ran.values()].filter((times) => times.length > 1).length;
  return {
    answer: `${ran.size}`,
    wallMs: late.at(-1),
    cpuMs: cpuOf(server.pid) - before,
    note: `lateness p50 ${Math.round(late[count >> 1])} ms, p99 ${Math.round(late[Math.floor(count * 0.99)])} ms, first ${Math.round(late[0])} ms; ${twice} ran more than once; sent in ${(sent / 1000).toFixed(1)} s; memory with all pending ${memory >> 20} MiB, at most ${memoryOf(server.pid, 'VmHWM') >> 20} MiB`,
  };
}

await answer({
  peer: 'Restate',
  version,
  cpu: () => cpuOf(server.pid),
  targets: {
    'P9-10k': { run: () => pending(10_000) },
    'P9-20k': { run: () => pending(20_000) },
  },
  close: async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    process.exit(0);
  },
});

/** The server asks the service which handlers it has; it can take seconds until it listens. */
async function register() {
  for (let attempt = 0; ; attempt++) {
    try {
      await call(admin, '/deployments', JSON.stringify({ uri: `http://127.0.0.1:${handlers}` }));
      return;
    } catch (error) {
      if (attempt === 300 || server.exitCode !== null) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function call(port, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.on('data', (part) => (text += part)).on('end', () =>
        response.statusCode < 300 ? resolve(text) : reject(new Error(`${path} was answered with ${response.statusCode}: ${text}`)));
    });
    sent.on('error', reject).end(body);
  });
}

async function each(items, atOnce, work) {
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < items.length) {
      await work(items[next++]);
    }
  }));
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
