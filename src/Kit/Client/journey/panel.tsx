import { useEffect, useRef } from 'react'
import { ChoiceField, DaysField, DurationField, HappeningField, NumberField, RuleField, TextField, TickField, TimeField, mapOf, textOf, valueOf, weekdays } from './fields'
import { find, fresh, idOf, insert, isMap, kindOf, replace, type Doc, type Json, type Kind, type Step } from './model'
import { Sign, number, share, signOf, useBoard, w } from './parts'

const palette: [string, Kind[]][] = [
  ['group_time', ['wait', 'wait_for_hour', 'wait_until']],
  ['group_act', ['send', 'offer', 'task', 'set', 'tag', 'untag', 'webhook']],
  ['group_decide', ['if', 'split', 'stop']],
]

export function Panel() {
  const board = useBoard()
  const place = useRef<HTMLElement>(null)
  const open = board.adding ? 'adding' : board.selected
  useEffect(() => {
    if (board.adding) {
      place.current?.querySelector<HTMLElement>('button.jn-kind')?.focus()
    }
    if (open && matchMedia('(max-width: 900px)').matches) {
      place.current?.scrollIntoView({ block: 'start' })
    }
  }, [board.adding, open])
  const found = board.selected ? find(board.doc, board.selected) : undefined
  return <aside className="c-side jn-side" ref={place} aria-label={board.adding ? w('choose_step') : found ? board.says[board.selected]?.title : w('start')}>
    {board.adding ? <Palette /> : board.selected === 'start' ? <><Head sign="bolt" title={w('start')} /><Faults id="start" /><StartForm /></>
      : board.selected === 'end' || board.selected === 'control' ? <><Head sign={board.selected === 'end' ? 'flag' : 'hand'} title={w(board.selected === 'end' ? 'goal' : 'control')} />{board.selected === 'end' ? <GoalForm /> : <HoldoutForm />}</>
        : found ? <StepPanel key={idOf(found.step)} step={found.step} /> : <p className="muted">{w(board.isEditable ? 'nothing' : 'look')}{board.isEditable && <><br /><br />{w('hint')}</>}</p>}
  </aside>
}

const Head = ({ sign, title }: { sign: string, title: string }) => {
  const { select } = useBoard()
  return <div className="row-x jn-side-h"><h2 className="c-t row-x"><Sign name={sign} />{title}</h2><button type="button" className="c-ib" aria-label={w('close')} onClick={() => select('')}><Sign name="close" /></button></div>
}

function Palette() {
  const { doc, adding, change, select } = useBoard()
  return <><Head sign="plus" title={w('choose_step')} />{palette.map(([group, kinds]) => <div key={group}><h3 className="c-lab">{w(group)}</h3><div className="jn-kinds">{kinds.map((kind) =>
    <button type="button" className="jn-kind" key={kind} data-kind={kind} onClick={() => {
      const step = fresh(doc, kind)
      change(insert(doc, adding!, step))
      select(idOf(step))
    }}><span className="c-nd-i"><Sign name={signOf[kind] ?? 'dot'} /></span>{w(kind)}</button>)}</div></div>)}</>
}

function Faults({ id }: { id: string }) {
  const { faults } = useBoard()
  const found = faults[id] ?? []
  return found.length === 0 ? null : <ul className="lc-finds" aria-live="polite">{found.map((one, i) => <li key={i} className={one.is_error ? 'is-error' : ''}>{one.message}</li>)}</ul>
}

function StepPanel({ step }: { step: Step }) {
  const { says, isEditable, act } = useBoard()
  const id = idOf(step)
  const kind = kindOf(step)
  return <><Head sign={signOf[kind] ?? 'dot'} title={isEditable ? w(kind) : says[id]?.title ?? w(kind)} />
    {isEditable && <div className="row-x jn-tools">
      <button type="button" className="btn btn-quiet btn-sm" aria-label={w('up')} onClick={() => act('up', id)}><Sign name="above" small /></button>
      <button type="button" className="btn btn-quiet btn-sm" aria-label={w('down')} onClick={() => act('down', id)}><Sign name="below" small /></button>
      <button type="button" className="btn btn-quiet btn-sm" onClick={() => act('copy', id)}><Sign name="copy" small />{w('copy')}</button>
      <button type="button" className="btn btn-quiet btn-sm" onClick={() => act('delete', id)}><Sign name="trash" small />{w('delete')}</button></div>}
    <Faults id={id} />
    {isEditable ? <StepForm step={step} kind={kind} /> : <p className="muted c-wrap">{says[id]?.says}</p>}
    <StepNumbers id={id} step={step} />
    <p className="c-hint">{w('id')}: <code>{id}</code></p></>
}

function StepNumbers({ id, step }: { id: string, step: Step }) {
  const { figures, path } = useBoard()
  if (!figures) {
    return null
  }
  const counted = figures.steps[id]
  const whole = Object.values(counted?.ways ?? {}).reduce((sum, one) => sum + one, 0)
  const rows: [string, number, string, string][] = counted ? [
    [w('came_by'), counted.visits, `?step=${encodeURIComponent(id)}`, share(counted.visits, figures.entered)],
    ...(counted.here > 0 ? [[w('waiting'), counted.here, `?at=${encodeURIComponent(id)}&status=active`, ''] as [string, number, string, string]] : []),
    ...Object.entries(counted.ways).map(([way, people]): [string, number, string, string] => [wayName(step, Number(way)), people, `?step=${encodeURIComponent(id)}&way=${way}`, share(people, whole)]),
    ...Object.entries(counted.outcomes).map(([outcome, people]): [string, number, string, string] => [figures.outcome_words[outcome] ?? outcome, people, `?step=${encodeURIComponent(id)}&outcome=${encodeURIComponent(outcome)}`, share(people, counted.visits)]),
  ] : []
  const sent = figures.sent[id] ?? []
  return <div><h3 className="c-lab">{w('numbers')}</h3>{rows.length === 0 ? <p className="c-hint">{w('no_numbers')}</p> : <table className="c-table jn-table"><tbody>{rows.map(([says, people, query, part], i) =>
    <tr key={i}><th scope="row">{says}</th><td className="end">{path ? <a className="opens" href={`${path}/people${query}`}>{number(people)}</a> : number(people)}</td><td className="end muted">{part}</td></tr>)}
    {sent.map(({ says, count }) => <tr key={says}><th scope="row">{says}</th><td className="end">{number(count)}</td><td className="end muted">{share(count, counted?.visits ?? 0)}</td></tr>)}</tbody></table>}</div>
}

const wayName = (step: Step, way: number): string => kindOf(step) === 'split' ? textOf(mapOf((step.split as Json[])[way]).name) || String.fromCharCode(65 + way)
  : kindOf(step) === 'if' ? w(way === 0 ? 'then' : 'else') : w(way === 0 ? 'met' : 'timeout')

function StepForm({ step, kind }: { step: Step, kind: Kind | '' }) {
  const { doc, change, names } = useBoard()
  const id = idOf(step)
  const put = (next: Step, name: string): void => change(replace(doc, id, next), `${id}/${name}`)
  const set = (key: string, value: Json): void => put({ ...step, [key]: value }, key)
  const unset = (key: string): void => {
    const { [key]: _, ...rest } = step
    put(rest, key)
  }
  const text = (key: string): string => textOf(step[key])
  switch (kind) {
    case 'wait':
      return <DurationField label={w('how_long')} value={text('wait')} onChange={(value) => set('wait', value)} />
    case 'wait_for_hour':
      return <><TickField label={w('best_hour')} value={text('wait_for_hour') === 'best'} onChange={(best) => put(best ? { id, wait_for_hour: 'best' } : { ...step, wait_for_hour: '10:00' }, 'best')} />
        {text('wait_for_hour') !== 'best' && <><TimeField label={w('hour')} value={text('wait_for_hour')} onChange={(value) => set('wait_for_hour', value)} />
        <DaysField label={w('on_days')} value={Array.isArray(step.days) ? step.days.map(String) : []} onChange={(days) => days.length === 0 ? unset('days') : set('days', days)} /></>}</>
    case 'wait_until':
      return <><HappeningField label={w('happening')} value={mapOf(step.wait_until)} onChange={(value) => set('wait_until', value)} /><DurationField label={w('at_most')} value={text('for')} onChange={(value) => set('for', value)} /></>
    case 'if':
      return <RuleField label={w('rule')} hint={w('rule_hint')} value={text('if')} onChange={(value) => set('if', value)} />
    case 'split':
      return <Arms arms={Array.isArray(step.split) ? step.split.filter(isMap) : []} onChange={(arms) => set('split', arms)} />
    case 'send': {
      const isBest = text('send') === 'best'
      const template = (key: string, channel: string, label: string) => {
        const fitting = (names?.templates ?? []).filter((one) => one.channel === channel)
        return fitting.length > 0 ? <ChoiceField label={label} needs value={text(key)} options={fitting.map((one) => [one.id, one.name])} onChange={(value) => set(key, value)} />
          : <TextField label={label} value={text(key)} most={64} onChange={(value) => set(key, value)} />
      }
      const over = (channel: string): void => {
        const { onsite: _, ...rest } = step
        put(channel === 'best' ? { ...step, send: channel, onsite: '' } : { ...rest, send: channel }, 'send')
      }
      return <><ChoiceField label={w('channel')} value={text('send')} options={[['email', w('channel_email')], ['onsite', w('channel_onsite')], ['best', w('channel_best')]]} onChange={over} />
        {template('template', isBest ? 'email' : text('send'), w(isBest ? 'template_email' : 'template'))}
        {isBest && <>{template('onsite', 'onsite', w('template_onsite'))}<p className="c-hint">{w('best_hint')}</p></>}
        <TextField label={w('purpose')} value={text('purpose') || 'marketing'} options={names?.purposes ?? []} most={64} onChange={(value) => value === '' ? unset('purpose') : set('purpose', value)} />
        <RuleField label={w('hold_back')} value={text('hold_back')} onChange={(value) => value === '' ? unset('hold_back') : set('hold_back', value)} /><p className="c-hint">{w('checks')}</p></>
    }
    case 'set': {
      const trait = mapOf(step.set)
      return <><TextField label={w('trait')} value={textOf(trait.trait)} options={names?.traits ?? []} most={100} onChange={(value) => set('set', { ...trait, trait: value })} />
        <TextField label={w('to')} value={textOf(trait.value)} hint={w('to_hint')} most={1000} onChange={(value) => set('set', { ...trait, value: valueOf(value) })} /></>
    }
    case 'tag':
    case 'untag':
      return <TextField label={w('tag_name')} value={text(kind)} most={50} onChange={(value) => set(kind, value)} />
    case 'webhook':
      return <TextField label={w('endpoint')} value={text('webhook')} options={names?.endpoints ?? []} most={100} onChange={(value) => set('webhook', value)} />
    case 'task':
      return <><TextField label={w('title')} value={text('task')} onChange={(value) => set('task', value)} /><NumberField label={w('due_days')} min={0} max={365} value={Number(step.due_days ?? 1)} onChange={(value) => set('due_days', value)} /></>
    case 'offer': {
      const offer = mapOf(step.offer)
      return <><TextField label={w('offer_name')} value={textOf(offer.name)} most={100} onChange={(value) => set('offer', { ...offer, name: value })} />
        <TextField label={w('offer_code')} value={textOf(offer.code)} most={20} onChange={(value) => set('offer', { ...offer, code: value })} />
        <NumberField label={w('valid_days')} min={1} max={365} value={Number(offer.valid_days ?? 14)} onChange={(value) => set('offer', { ...offer, valid_days: value })} /><p className="c-hint">{w('offer_hint')}</p></>
    }
    default:
      return <p className="c-hint">{w('stop_says')}</p>
  }
}

function Arms({ arms, onChange }: { arms: Step[], onChange: (arms: Step[]) => void }) {
  const put = (index: number, arm: Step): void => onChange(arms.map((one, i) => i === index ? arm : one))
  return <fieldset className="jn-bare stack"><legend>{w('arms')}</legend>{arms.map((arm, i) => <div className="jn-arm" key={i}>
    <TextField label={`${w('arm')} ${i + 1}`} value={textOf(arm.name)} most={40} onChange={(name) => put(i, { ...arm, name })} />
    <NumberField label={w('share')} min={1} max={1000} value={Number(arm.share ?? 1)} onChange={(value) => put(i, { ...arm, share: value })} />
    <button type="button" className="c-ib" disabled={arms.length <= 2} aria-label={`${w('remove')}: ${textOf(arm.name)}`} onClick={() => onChange(arms.filter((_, other) => other !== i))}><Sign name="trash" small /></button></div>)}
    {arms.length < 10 && <button type="button" className="btn btn-quiet btn-sm" onClick={() => onChange([...arms, { name: String.fromCharCode(65 + arms.length), share: 50, steps: [] }])}><Sign name="plus" small />{w('add_arm')}</button>}</fieldset>
}

/** A change of one key of the journey itself; undefined takes the key away. */
function useFrame(): [Doc, (key: string, value: Json | undefined) => void] {
  const { doc, change } = useBoard()
  return [doc, (key, value) => {
    const next = structuredClone(doc)
    if (value === undefined) {
      delete next[key]
    } else if (key in next || !('steps' in next)) {
      next[key] = value
    } else {
      // Before the steps, where a reader of the file looks for it.
      const { steps, ...rest } = next
      change({ ...rest, [key]: value, steps: steps ?? [] }, `start/${key}`)
      return
    }
    change(next, `start/${key}`)
  }]
}

const triggers = ['event', 'when', 'enters_segment', 'leaves_segment', 'enters_stage', 'leaves_stage', 'date', 'schedule', 'api']

const triggerOf: Record<string, Json> = {
  event: { event: '""' }, when: { when: '' }, enters_segment: { enters_segment: '' }, leaves_segment: { leaves_segment: '' }, enters_stage: { enters_stage: '' }, leaves_stage: { leaves_stage: '' },
  date: { date: { trait: 'birthday', days: 0, at: '10:00' } }, schedule: { schedule: { every: 'week', on: 'mon', at: '09:00', segment: '' } }, api: { api: true },
}

function StartForm() {
  const { names } = useBoard()
  const [doc, set] = useFrame()
  const label = isMap(doc.label) ? doc.label : null
  const trigger = mapOf(doc.trigger)
  const kind = Object.keys(trigger)[0] ?? 'event'
  const inner = mapOf(trigger[kind])
  const entry = isMap(doc.entry) ? 'after' : textOf(doc.entry) || 'again'
  const exits = Array.isArray(doc.exits) ? doc.exits.filter(isMap) : []
  const { isEditable } = useBoard()
  return <>
    {label ? <><TextField label={w('name_en')} value={textOf(label.en)} most={80} onChange={(en) => set('label', { ...label, en })} /><TextField label={w('name_es')} value={textOf(label.es)} most={80} onChange={(es) => set('label', { ...label, es })} /></>
      : <TextField label={w('name')} value={textOf(doc.label)} most={80} onChange={(value) => set('label', value)} />}
    <ChoiceField label={w('trigger')} value={kind} options={triggers.map((one) => [one, w(`trigger_${one}`)])} onChange={(value) => set('trigger', triggerOf[value]!)} />
    {(kind === 'event' || kind === 'when') && <HappeningField label={w('happening')} value={trigger} onChange={(value) => set('trigger', value)} />}
    {kind.endsWith('_segment') && <ChoiceField label={w('segment')} needs value={textOf(trigger[kind])} options={(names?.segments ?? []).map((one) => [one, one])} onChange={(value) => set('trigger', { [kind]: value })} />}
    {kind.endsWith('_stage') && <ChoiceField label={w('stage')} needs value={textOf(trigger[kind])} options={(names?.stages ?? []).map((one) => [one, one])} onChange={(value) => set('trigger', { [kind]: value })} />}
    {kind === 'date' && <><TextField label={w('trait')} value={textOf(inner.trait)} options={names?.traits ?? []} most={100} onChange={(trait) => set('trigger', { date: { ...inner, trait } })} />
      <NumberField label={w('days_after')} min={-365} max={365} value={Number(inner.days ?? 0)} onChange={(days) => set('trigger', { date: { ...inner, days } })} />
      <TimeField label={w('at_hour')} value={textOf(inner.at) || '09:00'} onChange={(at) => set('trigger', { date: { ...inner, at } })} />
      <TickField label={w('yearly')} value={inner.yearly !== false} onChange={(yearly) => set('trigger', { date: { ...inner, yearly } })} /></>}
    {kind === 'schedule' && <><ChoiceField label={w('every')} value={textOf(inner.every)} options={['day', 'week', 'month'].map((one) => [one, w(`every_${one}`)])} onChange={(every) => {
      const { on: _, ...rest } = inner
      set('trigger', { schedule: every === 'day' ? { ...rest, every } : { ...rest, every, on: every === 'week' ? 'mon' : 1 } })
    }} />
      {inner.every === 'week' && <ChoiceField label={w('weekday')} value={textOf(inner.on)} options={weekdays.map(([day, name]) => [day, w(name)])} onChange={(on) => set('trigger', { schedule: { ...inner, on } })} />}
      {inner.every === 'month' && <NumberField label={w('monthday')} min={1} max={31} value={Number(inner.on ?? 1)} onChange={(on) => set('trigger', { schedule: { ...inner, on } })} />}
      <TimeField label={w('at_hour')} value={textOf(inner.at)} onChange={(at) => set('trigger', { schedule: { ...inner, at } })} />
      <ChoiceField label={w('segment')} needs value={textOf(inner.segment)} options={(names?.segments ?? []).map((one) => [one, one])} onChange={(segment) => set('trigger', { schedule: { ...inner, segment } })} /></>}
    <ChoiceField label={w('entry')} value={entry} options={['again', 'once', 'after'].map((one) => [one, w(`entry_${one}`)])} onChange={(value) => set('entry', value === 'after' ? { again_after: '30d' } : value)} />
    {entry === 'after' && <DurationField label={w('again_after')} value={textOf(mapOf(doc.entry).again_after)} onChange={(value) => set('entry', { again_after: value })} />}
    <fieldset className="jn-bare stack"><legend>{w('exits')}</legend>{exits.map((exit, i) => <div className="jn-exit" key={i}><HappeningField label={`${w('exits')} ${i + 1}`} value={exit} onChange={(value) => set('exits', exits.map((one, other) => other === i ? value : one))} />
      {isEditable && <button type="button" className="btn btn-quiet btn-sm" onClick={() => set('exits', exits.length === 1 ? undefined : exits.filter((_, other) => other !== i))}><Sign name="trash" small />{w('remove')}</button>}</div>)}
      {isEditable && exits.length < 10 && <button type="button" className="btn btn-quiet btn-sm" onClick={() => set('exits', [...exits, { event: '"Order Completed"' }])}><Sign name="plus" small />{w('add_exit')}</button>}</fieldset>
    <GoalForm /><HoldoutForm />
    <NumberField label={w('priority')} hint={w('priority_hint')} min={0} max={100} value={Number(doc.priority ?? 50)} onChange={(value) => set('priority', value)} />
    <TextField label={w('timezone')} value={textOf(doc.timezone) || 'UTC'} most={60} onChange={(value) => set('timezone', value)} />
  </>
}

function GoalForm() {
  const [doc, set] = useFrame()
  const goal = isMap(doc.goal) ? doc.goal : null
  const put = (key: string, value: Json | undefined): void => {
    const { [key]: _, ...rest } = goal!
    set('goal', value === undefined ? rest : { ...goal!, [key]: value })
  }
  return <><TickField label={w('has_goal')} value={goal !== null} onChange={(has) => set('goal', has ? { event: '"Order Completed"', within: '7d' } : undefined)} />
    {goal && <><HappeningField label={w('goal')} value={goal} onChange={(value) => set('goal', value)} /><DurationField label={w('within')} value={textOf(goal.within) || '7d'} onChange={(value) => put('within', value)} />
      <TextField label={w('value')} value={textOf(goal.value)} most={100} onChange={(value) => put('value', value === '' ? undefined : value)} /><TickField label={w('leaves')} value={goal.leaves !== false} onChange={(value) => put('leaves', value ? undefined : false)} /></>}</>
}

function HoldoutForm() {
  const [doc, set] = useFrame()
  return <NumberField label={w('holdout')} hint={w('holdout_hint')} min={0} max={90} value={Number(doc.holdout ?? 0)} onChange={(value) => set('holdout', value === 0 ? undefined : value)} />
}
