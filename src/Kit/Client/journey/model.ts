// A journey as its file says: a tree of steps, whose branches come together again after them. Nothing is changed in place but copies.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type Doc = { [key: string]: Json }

export type Step = { [key: string]: Json }

/** A place between two steps: in the list of a step's branch, or of the journey itself where the owner is empty. */
export interface Spot { owner: string, way: number, index: number }

export interface Branch { key: string, label: string, steps: Step[] }

export const kinds = ['wait', 'wait_for_hour', 'wait_until', 'if', 'split', 'send', 'set', 'tag', 'untag', 'webhook', 'task', 'offer', 'stop'] as const

export type Kind = typeof kinds[number]

export const isMap = (value: Json | undefined): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

const stepsOf = (value: Json | undefined): Step[] => Array.isArray(value) ? value.filter(isMap) : []

export const kindOf = (step: Step): Kind | '' => kinds.find((kind) => kind in step) ?? ''

export const idOf = (step: Step): string => String(step.id ?? '')

export function branchesOf(step: Step): Branch[] {
  switch (kindOf(step)) {
    case 'wait_until':
      return [{ key: 'met', label: '', steps: stepsOf(step.met) }, { key: 'timeout', label: '', steps: stepsOf(step.timeout) }]
    case 'if':
      return [{ key: 'then', label: '', steps: stepsOf(step.then) }, { key: 'else', label: '', steps: stepsOf(step.else) }]
    case 'split':
      return stepsOf(step.split).map((arm, i) => ({ key: '', label: String(arm.name ?? String.fromCharCode(65 + i)), steps: stepsOf(arm.steps) }))
    default:
      return []
  }
}

export const stepsIn = (doc: Doc): Step[] => stepsOf(doc.steps)

export function walk(steps: Step[], visit: (step: Step, spot: Spot) => void, owner = '', way = 0): void {
  steps.forEach((step, index) => {
    visit(step, { owner, way, index })
    branchesOf(step).forEach((branch, number) => walk(branch.steps, visit, idOf(step), number))
  })
}

/** Each step with the id that the server counts it under: its own, or the one that its place gives it. */
export function withIds(doc: Doc): Doc {
  const copy = structuredClone(doc)
  let count = 0
  const name = (steps: Json | undefined): void => {
    if (!Array.isArray(steps)) {
      return
    }
    steps.forEach((step, i) => {
      if (!isMap(step)) {
        return
      }
      const number = ++count
      steps[i] = 'id' in step ? step : { id: `${kindOf(step).replaceAll('_', '-')}-${number}`, ...step }
      const named = steps[i] as Step
      name(named.met)
      name(named.timeout)
      name(named.then)
      name(named.else)
      stepsOf(named.split).forEach((arm) => name(arm.steps))
    })
  }
  name(copy.steps)
  return copy
}

export function find(doc: Doc, id: string): { step: Step, spot: Spot } | undefined {
  let found: { step: Step, spot: Spot } | undefined
  walk(stepsIn(doc), (step, spot) => {
    if (!found && idOf(step) === id) {
      found = { step, spot }
    }
  })
  return found
}

/** The list of a spot, made where there is none yet. */
function listAt(doc: Doc, owner: string, way: number): Step[] {
  if (owner === '') {
    return (doc.steps = stepsOf(doc.steps))
  }
  const step = find(doc, owner)?.step ?? {}
  if (kindOf(step) === 'split') {
    const arm = stepsOf(step.split)[way] ?? {}
    return (arm.steps = stepsOf(arm.steps))
  }
  const key = branchesOf(step)[way]?.key ?? 'then'
  return (step[key] = stepsOf(step[key])) as Step[]
}

export function insert(doc: Doc, spot: Spot, step: Step): Doc {
  const copy = structuredClone(doc)
  listAt(copy, spot.owner, spot.way).splice(spot.index, 0, step)
  return copy
}

export function remove(doc: Doc, id: string): Doc {
  const copy = structuredClone(doc)
  const found = find(copy, id)
  if (found) {
    listAt(copy, found.spot.owner, found.spot.way).splice(found.spot.index, 1)
  }
  return copy
}

export function replace(doc: Doc, id: string, step: Step): Doc {
  const copy = structuredClone(doc)
  const found = find(copy, id)
  if (found) {
    listAt(copy, found.spot.owner, found.spot.way)[found.spot.index] = step
  }
  return copy
}

const holds = (step: Step, id: string): boolean => {
  let held = idOf(step) === id
  branchesOf(step).forEach((branch) => walk(branch.steps, (inner) => { held ||= idOf(inner) === id }))
  return held
}

/** A step, with all that hangs on it, to another place; the same journey where that place is inside the step itself. */
export function move(doc: Doc, id: string, to: Spot): Doc {
  const found = find(doc, id)
  if (!found || (to.owner !== '' && holds(found.step, to.owner))) {
    return doc
  }
  const { spot, step } = found
  const isSameList = spot.owner === to.owner && spot.way === to.way
  const index = isSameList && to.index > spot.index ? to.index - 1 : to.index
  return isSameList && index === spot.index ? doc : insert(remove(doc, id), { ...to, index }, step)
}

/** One place up or down in its list; at the list's end out of the branch, before or after the step that branches. */
export function shift(doc: Doc, id: string, by: -1 | 1): Doc {
  const found = find(doc, id)
  if (!found) {
    return doc
  }
  const { owner, way, index } = found.spot
  const length = owner === '' ? stepsIn(doc).length : branchesOf(find(doc, owner)!.step)[way]!.steps.length
  if (by < 0 ? index > 0 : index < length - 1) {
    return move(doc, id, { owner, way, index: by < 0 ? index - 1 : index + 2 })
  }
  const outer = owner === '' ? undefined : find(doc, owner)?.spot
  return outer ? move(doc, id, { ...outer, index: by < 0 ? outer.index : outer.index + 1 }) : doc
}

const idsOf = (doc: Doc): Set<string> => {
  const ids = new Set<string>()
  walk(stepsIn(doc), (step) => ids.add(idOf(step)))
  return ids
}

function freeId(wished: string, taken: Set<string>): string {
  const stem = wished.replace(/-\d+$/, '')
  for (let number = 1; ; number++) {
    const id = number === 1 && wished === stem ? stem : `${stem}-${number}`
    if (!taken.has(id)) {
      taken.add(id)
      return id
    }
  }
}

/** The step once more, with ids of its own. */
export function copyOf(doc: Doc, step: Step): Step {
  const taken = idsOf(doc)
  const copy = structuredClone(step)
  const rename = (one: Step): void => {
    one.id = freeId(idOf(one), taken)
    branchesOf(one).forEach((branch) => branch.steps.forEach(rename))
  }
  rename(copy)
  return copy
}

const beginnings: Record<Kind, Step> = {
  wait: { wait: '1d' },
  wait_for_hour: { wait_for_hour: '10:00' },
  wait_until: { wait_until: { event: '"Order Completed"' }, for: '3d', met: [], timeout: [] },
  if: { if: 'traits.email != null', then: [], else: [] },
  split: { split: [{ name: 'A', share: 50, steps: [] }, { name: 'B', share: 50, steps: [] }] },
  send: { send: 'email', template: '', purpose: 'marketing' },
  set: { set: { trait: '', value: true } },
  tag: { tag: '' },
  untag: { untag: '' },
  webhook: { webhook: '' },
  task: { task: '', due_days: 1 },
  offer: { offer: { name: '', code: '', valid_days: 14 } },
  stop: { stop: true },
}

/** A step of a kind, as it begins. */
export function fresh(doc: Doc, kind: Kind): Step {
  return { id: freeId(kind.replaceAll('_', '-'), idsOf(doc)), ...structuredClone(beginnings[kind]) }
}

/** The step that a path of keys leads into; `start` for anything else. */
export function stepAt(doc: Doc, path: string[]): string {
  let node: Json | undefined = doc
  let id = 'start'
  for (const key of path) {
    node = Array.isArray(node) ? node[Number(key)] : isMap(node) ? node[key] : undefined
    if (isMap(node) && kindOf(node) !== '' && node !== doc && 'id' in node) {
      id = idOf(node)
    }
  }
  return id
}
