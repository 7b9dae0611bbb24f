import { useId, useState, type ReactNode } from 'react'
import { isMap, type Json } from './model'
import { useBoard, w } from './parts'

interface Given<T> { label: string, value: T, onChange: (value: T) => void, hint?: string }

function Labelled({ label, hint, children }: { label: string, hint?: string | undefined, children: (id: string) => ReactNode }) {
  const id = useId()
  const { isEditable } = useBoard()
  return <div><label htmlFor={id}>{label}</label><fieldset disabled={!isEditable} className="jn-bare">{children(id)}</fieldset>{hint && <p className="c-hint">{hint}</p>}</div>
}

export function TextField({ label, value, onChange, hint, options, code, most = 200 }: Given<string> & { options?: string[], code?: boolean, most?: number }) {
  const list = useId()
  return <Labelled label={label} hint={hint}>{(id) => <><input id={id} className={code ? 'c-in c-in--code' : 'c-in'} value={value} maxLength={most} list={options ? list : undefined} spellCheck={!code && !options} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    {options && <datalist id={list}>{options.map((option) => <option key={option} value={option} />)}</datalist>}</>}</Labelled>
}

export function RuleField({ label, value, onChange, hint }: Given<string>) {
  return <Labelled label={label} hint={hint}>{(id) => <textarea id={id} className="c-in c-in--code" rows={3} maxLength={4000} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />}</Labelled>
}

export function NumberField({ label, value, onChange, hint, min, max }: Given<number> & { min: number, max: number }) {
  const [typed, setTyped] = useState<string | null>(null)
  return <Labelled label={label} hint={hint}>{(id) => <input id={id} className="c-in" type="number" min={min} max={max} step={1} value={typed ?? String(value)} onBlur={() => setTyped(null)} onChange={(event) => {
    setTyped(event.target.value)
    if (/^-?\d+$/.test(event.target.value)) {
      onChange(Number(event.target.value))
    }
  }} />}</Labelled>
}

export function ChoiceField({ label, value, onChange, hint, options, needs }: Given<string> & { options: [string, string][], needs?: boolean }) {
  const known = options.some(([one]) => one === value)
  return <Labelled label={label} hint={hint}>{(id) => <select id={id} className="c-in" value={value} onChange={(event) => onChange(event.target.value)}>
    {needs && value === '' && <option value="">{w('choose')}</option>}
    {!known && value !== '' && <option value={value}>{value}</option>}
    {options.map(([one, says]) => <option key={one} value={one}>{says}</option>)}
  </select>}</Labelled>
}

export function TickField({ label, value, onChange }: Given<boolean>) {
  const { isEditable } = useBoard()
  return <label className="row-x jn-tick"><input type="checkbox" checked={value} disabled={!isEditable} onChange={(event) => onChange(event.target.checked)} />{label}</label>
}

export function TimeField({ label, value, onChange, hint }: Given<string>) {
  return <Labelled label={label} hint={hint}>{(id) => <input id={id} className="c-in" type="time" value={/^\d:/.test(value) ? `0${value}` : value} onChange={(event) => event.target.value && onChange(event.target.value)} />}</Labelled>
}

/** A duration as the file writes it: a whole number and a unit. */
export function DurationField({ label, value, onChange }: Given<string>) {
  const [, count = '', unit = 'd'] = /^(\d*)([smhdw])$/.exec(value) ?? []
  const id = useId()
  const { isEditable } = useBoard()
  return <div><label htmlFor={id}>{label}</label><fieldset disabled={!isEditable} className="jn-bare jn-pair">
    <input id={id} className="c-in" type="number" min={1} max={9999} value={count} onChange={(event) => onChange(`${event.target.value.replace(/\D/g, '')}${unit}`)} />
    <select className="c-in" aria-label={`${label}: ${w('unit')}`} value={unit} onChange={(event) => onChange(`${count}${event.target.value}`)}>
      {['m', 'h', 'd', 'w'].map((one) => <option key={one} value={one}>{w(`unit_${one}`)}</option>)}
      {unit === 's' && <option value="s">s</option>}
    </select></fieldset></div>
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

export const weekdays: [string, string][] = days.map((day) => [day, `day_${day}`])

export function DaysField({ label, value, onChange }: Given<string[]>) {
  const { isEditable } = useBoard()
  return <fieldset className="jn-bare" disabled={!isEditable}><legend>{label}</legend><div className="c-seg jn-days">{days.map((day) => <button key={day} type="button" aria-pressed={value.length === 0 || value.includes(day)} onClick={() => {
    const on = value.length === 0 ? days : value
    const next = on.includes(day) ? on.filter((one) => one !== day) : days.filter((one) => one === day || on.includes(one))
    onChange(next.length === 7 ? [] : next)
  }}>{w(`day_${day}`)}</button>)}</div></fieldset>
}

/** An event, with a condition on it perhaps; or a condition that begins to hold. */
export function HappeningField({ label, value, onChange }: Given<{ [key: string]: Json }>) {
  const { isEditable } = useBoard()
  const isEvent = !('when' in value)
  const set = (key: 'event' | 'when', text: string): void => {
    const { event: _, when: __, ...rest } = value
    onChange({ [key]: text, ...rest })
  }
  return <fieldset className="jn-bare stack"><legend>{label}</legend>
    <div className="c-seg"><button type="button" disabled={!isEditable} aria-pressed={isEvent} onClick={() => isEvent || set('event', '""')}>{w('by_event')}</button><button type="button" disabled={!isEditable} aria-pressed={!isEvent} onClick={() => isEvent && set('when', '')}>{w('by_when')}</button></div>
    {isEvent ? <SelectorField value={String(value.event ?? '')} onChange={(text) => set('event', text)} /> : <RuleField label={w('rule')} hint={w('rule_hint')} value={String(value.when ?? '')} onChange={(text) => set('when', text)} />}
  </fieldset>
}

/** `"Order Completed" where total > 50` as a name and a condition; any other selector as its text. */
function SelectorField({ value, onChange }: { value: string, onChange: (text: string) => void }) {
  const { names } = useBoard()
  const parts = value === '' ? ['', '', ''] : /^"([^"]*)"(?:\s+where\s+([\s\S]*))?$/.exec(value)
  if (!parts) {
    return <TextField label={w('event')} code value={value} most={2000} onChange={onChange} />
  }
  const [, name = '', where = ''] = parts
  const set = (event: string, condition: string): void => onChange(`"${event.replaceAll('"', '')}"${condition === '' ? '' : ` where ${condition}`}`)
  return <><TextField label={w('event')} value={name} options={names?.events ?? []} onChange={(event) => set(event, where)} />
    <TextField label={w('where')} code value={where} most={2000} hint="price > 100" onChange={(condition) => set(name, condition)} /></>
}

/** What a person types for a value: numbers and truths as such, nothing as nothing. */
export const valueOf = (text: string): Json => text === '' ? null : text === 'true' ? true : text === 'false' ? false : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text

export const textOf = (value: Json | undefined): string => value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

export const mapOf = (value: Json | undefined): { [key: string]: Json } => isMap(value) ? value : {}
