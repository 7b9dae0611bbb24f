// How bench/Ciclo.Bench talks with a peer: the peer says once that it is ready, then for each line `TARGET RUNS` on its input it runs the target
// that often and prints one line of JSON. Anything else it has to say goes to the error output.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

const TICK_MS = 10;

/** CPU milliseconds of this process, all its threads. */
export const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** CPU milliseconds of another process; of its children that have ended, when `ended`. Resolution: a tick of the kernel's clock, 10 ms. */
export const cpuOf = (pid, ended = false) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  const first = ended ? 13 : 11;
  return TICK_MS * (Number(fields[first]) + Number(fields[first + 1]));
};

/** `VmRSS` (now) or `VmHWM` (the most there was) of a process, in bytes. */
export const memoryOf = (pid, field = 'VmRSS') =>
  1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

export const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');

/** The value after an option of the command line. */
export const option = (name) => {
  const value = process.argv[process.argv.indexOf(name) + 1];
  if (!process.argv.includes(name) || value === undefined) {
    throw new Error(`${name} is missing.`);
  }
  return value;
};

/**
 * Answers until the input ends.
 *
 * @param side `peer`: its name; `version`; `targets`: by id, `run()` that gives `{answer, note?, wallMs?, cpuMs?}`, where times that it leaves out are
 *   taken around it; `cpu()`: CPU milliseconds spent so far; `close()`.
 */
export async function answer({ peer, version, targets, cpu, close }) {
  say({ ready: true, peer, version, targets: Object.keys(targets) });
  for await (const line of createInterface({ input: process.stdin })) {
    const [target, runs] = line.split(' ');
    try {
      if (!(target in targets)) {
        throw new Error(`${peer} has no ${target}.`);
      }
      say(await measure(target, Number(runs)));
    } catch (error) {
      say({ target, peer, version, wallMs: [], cpuMs: [], answer: '', note: '', error: String(error?.message ?? error) });
    }
  }
  await close?.();

  async function measure(target, runs) {
    const result = { target, peer, version, wallMs: [], cpuMs: [], answer: '', note: '' };
    for (let run = 0; run < runs; run++) {
      const [clock, before] = [performance.now(), cpu()];
      const found = await targets[target].run();
      result.wallMs.push(round(found.wallMs ?? performance.now() - clock));
      result.cpuMs.push(round(found.cpuMs ?? cpu() - before));
      if (run > 0 && found.answer !== result.answer) {
        throw new Error(`Two runs of ${target} gave two answers: ${result.answer} and ${found.answer}.`);
      }
      result.answer = found.answer;
      result.note = found.note ?? '';
    }
    return result;
  }
}

const round = (ms) => Math.round(ms * 100) / 100;
