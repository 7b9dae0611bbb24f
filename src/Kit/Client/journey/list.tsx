import { branchesOf, idOf, kindOf, stepsIn, type Spot, type Step } from './model'
import { Sign, faultOf, number, signOf, useBoard, w } from './parts'

/** The same journey as lists in lists: in order, by keyboard alone, and on a phone. */
export function Outline() {
  const { doc, says, select, selected, isEditable, figures } = useBoard()
  return <div className="jn-outline">
    <button type="button" className="jn-row" aria-pressed={selected === 'start'} onClick={() => select('start')}><span className="c-nd-i"><Sign name="bolt" /></span><b>{says.start?.title}</b><span>{says.start?.says}</span>
      {figures && <em>{number(figures.entered)} {w('entered')}</em>}</button>
    <Steps steps={stepsIn(doc)} owner="" way={0} />
    {isEditable && stepsIn(doc).length === 0 && <Insert spot={{ owner: '', way: 0, index: 0 }} says={w('insert_first')} />}
    <button type="button" className="jn-row" aria-pressed={selected === 'end'} onClick={() => select('end')}><span className="c-nd-i"><Sign name={doc.goal ? 'flag' : 'stop'} /></span><b>{says.end?.title ?? w('end')}</b><span>{says.end?.says}</span></button>
  </div>
}

const Insert = ({ spot, says }: { spot: Spot, says: string }) => {
  const { add } = useBoard()
  return <button type="button" className="btn btn-quiet btn-sm" onClick={() => add(spot)}><Sign name="plus" small />{says}</button>
}

function Steps({ steps, owner, way }: { steps: Step[], owner: string, way: number }) {
  const { says, select, selected, isEditable, figures, faults, act, add } = useBoard()
  return <ol>{steps.map((step, index) => {
    const id = idOf(step)
    const told = says[id] ?? { title: w(kindOf(step)), says: '' }
    const branches = branchesOf(step)
    const fault = faultOf(faults[id])
    return <li key={id}>
      <div className="jn-line"><button type="button" className="jn-row" aria-pressed={selected === id} onClick={() => select(id)}><span className="c-nd-i"><Sign name={signOf[kindOf(step)] ?? 'dot'} /></span><b>{told.title}</b><span>{told.says}</span>
        {fault && <em className={fault.look}><Sign name={fault.sign} small /> {fault.says}</em>}
        {figures?.steps[id] && <em>{number(figures.steps[id].visits)} {w('came_by')}{figures.steps[id].here > 0 && `, ${number(figures.steps[id].here)} ${w('waiting')}`}</em>}</button>
        {isEditable && <span className="jn-acts">
          <button type="button" className="c-ib" aria-label={`${w('up')}: ${told.title}`} onClick={() => act('up', id)}><Sign name="above" small /></button>
          <button type="button" className="c-ib" aria-label={`${w('down')}: ${told.title}`} onClick={() => act('down', id)}><Sign name="below" small /></button>
          <button type="button" className="c-ib" aria-label={`${w('insert_after')} ${told.title}`} onClick={() => add({ owner, way, index: index + 1 })}><Sign name="plus" small /></button>
        </span>}</div>
      {branches.map((branch, number) => <div className="jn-branch" key={number}><span className="c-tag">{branch.key ? w(branch.key) : branch.label}</span>
        <Steps steps={branch.steps} owner={id} way={number} />
        {isEditable && branch.steps.length === 0 && <Insert spot={{ owner: id, way: number, index: 0 }} says={`${w('insert_into')} ${branch.key ? w(branch.key) : branch.label}`} />}</div>)}
    </li>
  })}</ol>
}
