import {
  Background, BaseEdge, EdgeLabelRenderer, Handle, MiniMap, Panel, Position, ReactFlow, getSmoothStepPath, useNodesState, useReactFlow, type Edge as FlowEdge, type EdgeProps, type Node, type NodeProps,
} from '@xyflow/react'
import { memo, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { plan, type Edge, type Placed } from './layout'
import { kindOf, type Spot } from './model'
import { Sign, faultOf, number, share, signOf, useBoard, w } from './parts'

const tall = 92
const low = 62
// How far a + hangs below the node that its edge comes from.
const hang = 24
const near = 110

type StepNode = Node<{ placed: Placed, isTarget: boolean }>
type StepEdge = FlowEdge<{ edge: Edge, isTarget: boolean }>

const Ends = ({ top = true, bottom = true }: { top?: boolean, bottom?: boolean }) => <>
  {top && <Handle type="target" position={Position.Top} isConnectable={false} />}
  {bottom && <Handle type="source" position={Position.Bottom} isConnectable={false} />}
</>

function Count({ query, value, says }: { query: string, value: number, says: string }) {
  const { path } = useBoard()
  return <span>{path ? <a className="opens nodrag nopan" href={`${path}/people${query}`}><b>{number(value)}</b></a> : <b>{number(value)}</b>} {says}</span>
}

function Card({ id, look, sign, title, says, foot }: { id: string, look: string, sign: string, title: string, says: string, foot: ReactNode }) {
  const { select, selected, faults, course } = useBoard()
  const fault = faultOf(faults[id])
  const turn = course.indexOf(id)
  return <div className={`c-nd jn-nd ${look}${selected === id ? ' c-nd--sel' : ''}${fault?.look === 'bad' ? ' is-bad' : ''}${turn >= 0 ? ' is-course' : ''}`}>
    <button type="button" className="c-nd-b" aria-pressed={selected === id} data-step={id} onClick={() => select(id)}>
      <span className="c-nd-i"><Sign name={sign} /></span><span className="c-nd-t">{title}</span><span className="c-nd-s">{says}</span>
      {fault && <span className={`jn-fault ${fault.look}`}><Sign name={fault.sign} small /><span className="sr">{fault.says}</span></span>}
      {turn >= 0 && <span className="jn-turn">{turn + 1}</span>}
    </button>
    {foot && <div className="c-nd-f">{foot}</div>}
  </div>
}

const StepView = memo(({ data }: NodeProps<StepNode>) => {
  const { says, figures } = useBoard()
  const { placed } = data
  const kind = kindOf(placed.step!)
  const told = says[placed.id] ?? { title: w(kind), says: '' }
  const counted = figures?.steps[placed.id]
  const sent = counted?.outcomes
  return <>
    <Card id={placed.id} look={kind === 'send' ? 'c-nd--msg' : ''} sign={kind === 'send' && placed.step!.send === 'onsite' ? 'screen' : signOf[kind] ?? 'dot'} title={told.title} says={told.says}
      foot={figures && <>
        <Count query={`?step=${encodeURIComponent(placed.id)}`} value={counted?.visits ?? 0} says={w('came_by')} />
        {(counted?.here ?? 0) > 0 ? <Count query={`?at=${encodeURIComponent(placed.id)}&status=active`} value={counted!.here} says={w('waiting')} />
          : sent && Object.keys(sent).length > 0 ? <span>{Object.entries(sent).filter(([, people]) => people > 0).slice(0, 1).map(([outcome, people]) => `${number(people)} ${(figures.outcome_words[outcome] ?? outcome).toLowerCase()}`)}</span> : null}
      </>} />
    <Ends bottom={kind !== 'stop'} />
  </>
})

function StartView() {
  const { says, figures } = useBoard()
  return <>
    <Card id="start" look="c-nd--trig c-nd--first" sign="bolt" title={says.start?.title ?? w('start')} says={says.start?.says ?? ''}
      foot={figures && <><Count query="" value={figures.entered} says={w('entered')} /><Count query="?status=active" value={figures.inside} says={w('waiting')} /></>} />
    <Ends top={false} />
  </>
}

function EndView() {
  const { doc, says, figures } = useBoard()
  return <>
    <Card id="end" look={`c-nd--end${doc.goal ? ' c-nd--goal' : ''}`} sign={doc.goal ? 'flag' : 'stop'} title={says.end?.title ?? w('end')} says={says.end?.says ?? ''}
      foot={figures && Boolean(doc.goal) && <><Count query="?reason=goal" value={figures.goal} says={w('reached')} /><b>{share(figures.goal, figures.entered)}</b></>} />
    <Ends bottom={false} />
  </>
}

function ControlView() {
  const { figures, doc } = useBoard()
  return <>
    <Card id="control" look="c-nd--end" sign="hand" title={`${w('control')} ${String(doc.holdout)}%`} says={w('control_says')} foot={figures && <Count query="?status=control" value={figures.control} says={w('held')} />} />
    <Ends bottom={false} />
  </>
}

function WayView({ data }: NodeProps<StepNode>) {
  const { figures } = useBoard()
  const { owner, way, label } = data.placed
  const counted = figures?.steps[owner ?? '']
  const took = counted?.ways[String(way)]
  const whole = Object.values(counted?.ways ?? {}).reduce((sum, one) => sum + one, 0)
  return <><div className="jn-way"><b>{label}</b>{took !== undefined && <span> {number(took)} · {share(took, whole)}</span>}</div><Ends /></>
}

const JoinView = () => <><i className="jn-join" /><Ends /></>

function EdgeView({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<StepEdge>) {
  const { add, isEditable } = useBoard()
  const { edge, isTarget } = data!
  const centerY = edge.isControl ? targetY - 12 : edge.bend === 'begin' ? sourceY + 20 : targetY - 16
  const [path] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition: Position.Bottom, targetPosition: Position.Top, borderRadius: 12, centerY })
  return <>
    <BaseEdge path={path} className={edge.isControl ? 'jn-edge jn-edge--control' : 'jn-edge'} />
    <EdgeLabelRenderer>
      {edge.spot && isEditable && <button type="button" className={`jn-plus nodrag nopan${isTarget ? ' is-target' : ''}`} data-spot={`${edge.spot.owner}/${edge.spot.way}/${edge.spot.index}`}
        aria-label={w('insert')} style={{ transform: `translate(-50%, -50%) translate(${sourceX}px, ${sourceY + hang}px)` }} onClick={() => add(edge.spot!)}><Sign name="plus" small /></button>}
      {edge.says && <span className="c-el jn-el" style={{ transform: `translate(-50%, -50%) translate(${targetX}px, ${targetY - 12}px)` }}><b>{edge.says}</b></span>}
    </EdgeLabelRenderer>
  </>
}

const nodeTypes = { step: StepView, start: StartView, end: EndView, control: ControlView, way: WayView, join: JoinView }
const edgeTypes = { step: EdgeView }

export function Canvas() {
  const board = useBoard()
  const flow = useReactFlow()
  const height = board.figures ? tall : low
  const drawn = useMemo(() => plan(board.doc, height, w), [board.doc, height])
  const [target, setTarget] = useState('')
  const spots = useMemo(() => drawn.edges.filter((edge) => edge.spot).map((edge) => {
    const from = drawn.nodes.find((node) => node.id === edge.from)!
    return { id: edge.id, spot: edge.spot!, x: from.x + from.width / 2, y: from.y + from.height + hang }
  }), [drawn])
  const placed = useMemo(() => drawn.nodes.map((node): StepNode => ({
    id: node.id, type: node.type, position: { x: node.x, y: node.y }, width: node.width, height: node.height, data: { placed: node, isTarget: false },
    draggable: board.isEditable && node.type === 'step', selectable: false, focusable: false,
  })), [drawn, board.isEditable])
  const [nodes, setNodes, onNodesChange] = useNodesState<StepNode>(placed)
  useEffect(() => setNodes(placed), [placed, setNodes])
  const edges = useMemo(() => drawn.edges.map((edge): StepEdge => ({ id: edge.id, source: edge.from, target: edge.to, type: 'step', data: { edge, isTarget: edge.id === target }, focusable: false, selectable: false })), [drawn, target])

  const nearest = (node: StepNode): { id: string, spot: Spot } | undefined => {
    const [x, y] = [node.position.x + (node.width ?? 0) / 2, node.position.y]
    const ranked = spots.map((one) => ({ ...one, far: Math.hypot(one.x - x, one.y - y) })).sort((a, b) => a.far - b.far)[0]
    return ranked && ranked.far < near ? ranked : undefined
  }

  // A phone shows the journey's beginning large enough to read; a wide screen all of it where that can be read.
  const box = useRef<HTMLDivElement>(null)
  const fit = (): void => { void flow.fitView({ padding: 0.12, minZoom: 0.5, maxZoom: 1, duration: 200 }) }
  const begin = (): void => {
    const wide = Math.max(...drawn.nodes.map((node) => node.x + node.width)) - Math.min(...drawn.nodes.map((node) => node.x))
    const high = Math.max(...drawn.nodes.map((node) => node.y + node.height))
    const [seenWide, seenHigh] = [box.current?.clientWidth ?? 800, box.current?.clientHeight ?? 600]
    const zoom = Math.min(1, Math.max(0.62, Math.min((seenWide - 60) / wide, (seenHigh - 60) / high)))
    const start = drawn.nodes.find((node) => node.id === 'start')!
    const middle = wide * zoom <= seenWide - 40 ? Math.min(...drawn.nodes.map((node) => node.x)) + wide / 2 : start.x + start.width / 2
    void flow.setViewport({ x: seenWide / 2 - middle * zoom, y: 28, zoom })
  }

  return <div className="jn-canvas" ref={box}>
    <ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} nodeTypes={nodeTypes} edgeTypes={edgeTypes} onInit={begin} minZoom={0.2} maxZoom={1.6} nodesConnectable={false} nodesFocusable={false}
      edgesFocusable={false} elementsSelectable={false} deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null} disableKeyboardA11y zoomOnScroll={false} panOnScroll={board.isEditable} preventScrolling={board.isEditable}
      nodeDragThreshold={4}
      onNodeDrag={(_, node) => setTarget(nearest(node)?.id ?? '')}
      onNodeDragStop={(_, node) => {
        const found = nearest(node)
        setTarget('')
        setNodes(placed)
        if (found) {
          board.drop(node.id, found.spot)
        }
      }}>
      <Background gap={20} size={1.4} />
      <Panel position="top-left" className="jn-ctl">
        <button type="button" className="c-ib" aria-label={w('zoom_in')} onClick={() => void flow.zoomIn({ duration: 150 })}><Sign name="plus" /></button>
        <button type="button" className="c-ib" aria-label={w('zoom_out')} onClick={() => void flow.zoomOut({ duration: 150 })}><Sign name="minus" /></button>
        <button type="button" className="c-ib" aria-label={w('fit')} onClick={fit}><Sign name="fit" /></button>
      </Panel>
      <MiniMap position="bottom-right" pannable zoomable ariaLabel={w('minimap')} className="jn-mini" style={{ width: 140, height: 104 }} nodeClassName={(node) => node.id === board.selected ? 'sel' : node.type ?? ''} />
    </ReactFlow>
  </div>
}
