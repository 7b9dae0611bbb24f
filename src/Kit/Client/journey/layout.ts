// Where the steps of a journey stand: one below the other, branches side by side under the step that branches, and together again after them.
import { branchesOf, idOf, kindOf, stepsIn, type Doc, type Spot, type Step } from './model'

export const width = 268
const gap = 48
const side = 36
const pill = 26

/** `spot`: where a + on the edge adds a step. `bend`: where a sideways edge turns, near its beginning or its end. */
export interface Edge { id: string, from: string, to: string, spot?: Spot, says?: string, bend: 'begin' | 'end', isControl?: boolean }

export interface Placed { id: string, type: 'start' | 'step' | 'way' | 'join' | 'end' | 'control', x: number, y: number, width: number, height: number, step?: Step, owner?: string, way?: number, label?: string }

export interface Plan { nodes: Placed[], edges: Edge[] }

interface Size { width: number, height: number, axis: number }

export function plan(doc: Doc, nodeHeight: number, wayLabel: (key: string) => string): Plan {
  const nodes: Placed[] = []
  const edges: Edge[] = []
  const sizes = new Map<Step, { size: Size, branches: Size[] }>()

  const measureList = (steps: Step[]): Size => {
    const inner = steps.map(measure)
    const left = Math.max(width / 2, ...inner.map((one) => one.axis))
    const right = Math.max(width / 2, ...inner.map((one) => one.width - one.axis))
    return { width: left + right, axis: left, height: inner.reduce((sum, one) => sum + one.height + gap, 0) }
  }

  const measure = (step: Step): Size => {
    const branches = branchesOf(step).map((branch) => measureList(branch.steps))
    let size: Size = { width, axis: width / 2, height: nodeHeight }
    if (branches.length > 0) {
      const whole = branches.reduce((sum, one) => sum + one.width, side * (branches.length - 1))
      const first = branches[0]!.axis
      const last = whole - branches.at(-1)!.width + branches.at(-1)!.axis
      const axis = (first + last) / 2
      const left = Math.max(axis, width / 2)
      size = { width: left + Math.max(whole - axis, width / 2), axis: left, height: nodeHeight + gap + pill + gap + Math.max(...branches.map((one) => one.height)) }
    }
    sizes.set(step, { size, branches })
    return size
  }

  /** Places a list below a node; answers the node that what follows hangs on, or none where every way is out. */
  const placeList = (steps: Step[], axis: number, y: number, from: string, owner: string, way: number): { from: string, isOpen: boolean } => {
    let [at, isOpen] = [from, true]
    steps.forEach((step, index) => {
      const id = idOf(step)
      edges.push({ id: `${at}>${id}`, from: at, to: id, spot: { owner, way, index }, bend: 'end' })
      ;({ from: at, isOpen } = placeStep(step, axis, y))
      y += (sizes.get(step)?.size.height ?? nodeHeight) + gap
    })
    return { from: at, isOpen }
  }

  const placeStep = (step: Step, axis: number, y: number): { from: string, isOpen: boolean } => {
    const id = idOf(step)
    nodes.push({ id, type: 'step', x: axis - width / 2, y, width, height: nodeHeight, step })
    const measured = sizes.get(step)!
    const branches = branchesOf(step)
    if (branches.length === 0) {
      return { from: id, isOpen: kindOf(step) !== 'stop' }
    }
    const join = `${id}/join`
    const whole = measured.branches.reduce((sum, one) => sum + one.width, side * (branches.length - 1))
    const first = measured.branches[0]!.axis
    const last = whole - measured.branches.at(-1)!.width + measured.branches.at(-1)!.axis
    let left = axis - (first + last) / 2
    branches.forEach((branch, number) => {
      const size = measured.branches[number]!
      const center = left + size.axis
      const wayId = `${id}/${number}`
      nodes.push({ id: wayId, type: 'way', x: center - width / 2, y: y + nodeHeight + gap - 6, width, height: pill, owner: id, way: number, label: branch.key ? wayLabel(branch.key) : branch.label })
      edges.push({ id: `${id}>${wayId}`, from: id, to: wayId, bend: 'begin' })
      const end = placeList(branch.steps, center, y + nodeHeight + gap + pill + gap - 6, wayId, id, number)
      if (end.isOpen) {
        edges.push({ id: `${end.from}>${join}`, from: end.from, to: join, spot: { owner: id, way: number, index: branch.steps.length }, bend: 'end' })
      }
      left += size.width + side
    })
    nodes.push({ id: join, type: 'join', x: axis - 5, y: y + measured.size.height - 10, width: 10, height: 10 })
    return { from: join, isOpen: true }
  }

  const steps = stepsIn(doc)
  const size = measureList(steps)
  const axis = size.axis
  nodes.push({ id: 'start', type: 'start', x: axis - width / 2, y: 0, width, height: nodeHeight })
  const end = placeList(steps, axis, nodeHeight + gap, 'start', '', 0)
  const endY = nodeHeight + gap + size.height
  nodes.push({ id: 'end', type: 'end', x: axis - width / 2, y: endY, width, height: nodeHeight })
  if (end.isOpen) {
    edges.push({ id: `${end.from}>end`, from: end.from, to: 'end', spot: { owner: '', way: 0, index: steps.length }, bend: 'end' })
  }
  if (Number(doc.holdout ?? 0) > 0) {
    nodes.push({ id: 'control', type: 'control', x: axis - Math.max(size.axis, width / 2) - width - side * 2, y: nodeHeight + gap, width, height: nodeHeight })
    edges.push({ id: 'start>control', from: 'start', to: 'control', bend: 'begin', isControl: true, says: `${String(doc.holdout)}%` })
  }
  return { nodes, edges }
}
