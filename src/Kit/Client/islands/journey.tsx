// The canvas of a journey: React Flow where it is drawn and looked at, the same as a list and as the file's text. The server turns either form into the other, says what is
// wrong with it and tells each step in words; here is only what the hand does.
import { ReactFlowProvider } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Canvas } from '../journey/canvas'
import { Outline } from '../journey/list'
import { copyOf, find, insert, move, remove, shift, stepAt, withIds, type Doc, type Spot } from '../journey/model'
import { Panel } from '../journey/panel'
import { BoardContext, Sign, setWords, w, type Board, type Figures, type Finding, type Given, type Said } from '../journey/parts'

interface Kept { text: string, journey: Doc | null, says: Record<string, Said>, findings: Finding[], is_draft: boolean, can_publish: boolean, saved: string }

type View = 'canvas' | 'list' | 'yaml'

// Short enough to feel live, long enough not to send half words.
const pause = 350
const mostUndo = 200

const root = document.getElementById('jn-root')!
const given = JSON.parse(root.dataset.canvas!) as Given
setWords(JSON.parse(root.dataset.words!) as Record<string, string>)
const form = document.querySelector<HTMLFormElement>('#jn-draft')
const live = document.querySelector<HTMLElement>('[data-live]')?.dataset.live
const address = (form?.getAttribute('action') ?? '/draft').replace(/\/draft$/, '') || (live ?? '').replace(/\/live$/, '')
const path = form ? address : (live ?? '').replace(/\/live$/, '')

function faultsOf(doc: Doc, findings: Finding[]): Record<string, Finding[]> {
  const faults: Record<string, Finding[]> = {}
  findings.forEach((one) => (faults[stepAt(doc, one.path)] ??= []).push(one))
  return faults
}

function App() {
  const [doc, setDoc] = useState<Doc>(() => withIds(given.journey ?? { journey: given.id, steps: [] }))
  const [text, setText] = useState(given.text)
  const [says, setSays] = useState(given.says)
  const [findings, setFindings] = useState(given.findings)
  const [figures, setFigures] = useState<Figures | null>(given.figures)
  const [selected, setSelected] = useState(given.is_editable && given.text.includes('steps: []') ? 'start' : '')
  const [isSimulated, setSimulated] = useState(false)
  const [course, setCourse] = useState<string[]>([])
  const [adding, setAdding] = useState<Spot | null>(null)
  const [view, setView] = useState<View>(matchMedia('(max-width: 900px)').matches ? 'list' : 'canvas')
  const [isUnread, setUnread] = useState(false)
  const latest = useRef(doc)
  latest.current = doc
  const past = useRef<{ doc: Doc, name: string }[]>([])
  const future = useRef<Doc[]>([])
  const asked = useRef(0)
  const waits = useRef<{ timer: number, send: () => Promise<void> } | null>(null)

  const keep = useCallback(async (field: 'journey' | 'text', value: string): Promise<void> => {
    const turn = ++asked.current
    const body = new FormData(form!)
    body.delete('text')
    body.set(field, value)
    const saved = document.querySelector<HTMLElement>('[data-jn-saved]')
    try {
      const answer = await fetch(form!.action, { method: 'POST', body: new URLSearchParams([...body].map(([name, one]) => [name, String(one)])), headers: { Accept: 'application/json' } })
      const kept = await answer.json() as Kept & { message?: string }
      if (turn !== asked.current) {
        return
      }
      if (!answer.ok) {
        throw new Error(kept.message)
      }
      setSays(kept.says)
      setFindings(kept.findings)
      setUnread(kept.journey === null)
      if (field === 'journey') {
        setText(kept.text)
      } else if (kept.journey) {
        setDoc(withIds(kept.journey))
      }
      if (saved) {
        saved.textContent = kept.saved
      }
      document.querySelector('[data-jn-discard]')?.toggleAttribute('hidden', !kept.is_draft)
      if (!location.pathname.endsWith('/edit')) {
        history.replaceState(null, '', `${address}/edit`)
      }
    } catch (error) {
      if (saved && turn === asked.current) {
        saved.textContent = error instanceof Error && error.message && !(error instanceof TypeError) ? error.message : w('failed')
      }
    }
  }, [])

  const later = useCallback((send: () => Promise<void>): void => {
    clearTimeout(waits.current?.timer)
    waits.current = { send, timer: window.setTimeout(() => { void flush() }, pause) }
  }, [])

  const flush = async (): Promise<void> => {
    const waiting = waits.current
    waits.current = null
    clearTimeout(waiting?.timer)
    await waiting?.send()
  }

  const put = useCallback((next: Doc): void => {
    setDoc(next)
    later(() => keep('journey', JSON.stringify(next)))
  }, [keep, later])

  const change = useCallback((next: Doc, name = ''): void => {
    if (next === doc) {
      return
    }
    // Letters typed into one field are one change.
    if (name === '' || past.current.at(-1)?.name !== name) {
      past.current = [...past.current.slice(-mostUndo), { doc, name }]
    }
    future.current = []
    put(next)
  }, [doc, put])

  const undo = (): void => {
    const before = past.current.pop()
    if (before) {
      future.current.push(doc)
      put(before.doc)
    }
  }

  const redo = (): void => {
    const next = future.current.pop()
    if (next) {
      past.current.push({ doc, name: '' })
      put(next)
    }
  }

  const act = (what: 'up' | 'down' | 'copy' | 'delete', id: string): void => {
    const found = find(doc, id)
    if (!found) {
      return
    }
    if (what === 'delete') {
      change(remove(doc, id))
      setSelected('')
    } else if (what === 'copy') {
      const copy = copyOf(doc, found.step)
      change(insert(doc, { ...found.spot, index: found.spot.index + 1 }, copy))
      setSelected(String(copy.id))
    } else {
      change(shift(doc, id, what === 'up' ? -1 : 1))
    }
  }

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!given.is_editable || (event.target as Element).closest('input, textarea, select, [contenteditable]')) {
        return
      }
      const isCommand = event.ctrlKey || event.metaKey
      if (isCommand && event.key.toLowerCase() === 'z') {
        event.preventDefault()
        event.shiftKey ? redo() : undo()
      } else if (isCommand && event.key.toLowerCase() === 'y') {
        event.preventDefault()
        redo()
      } else if (event.key === 'Escape') {
        setAdding(null)
        setSelected('')
      } else if ((event.key === 'Delete' || event.key === 'Backspace') && (event.target as Element).closest('.jn-root')) {
        act('delete', selected)
      } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
        event.preventDefault()
        act(event.key === 'ArrowUp' ? 'up' : 'down', selected)
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })

  // What is about to be published is what is on the canvas now.
  useEffect(() => {
    const menu = document.querySelector<HTMLDetailsElement>('#jn-publish')
    const onToggle = (): void => {
      if (menu?.open) {
        void (location.pathname.endsWith('/edit') ? flush() : keep('journey', JSON.stringify(latest.current))).then(() => document.getElementById('jn-changes')?.dispatchEvent(new CustomEvent('jn-open')))
      }
    }
    const onMore = (): void => { void fetch(`${path}/figures`).then((answer) => answer.json() as Promise<Figures>).then(setFigures, () => undefined) }
    // What is tried is what is on the canvas now, also before anything was kept of it.
    const onTry = (): void => { void (location.pathname.endsWith('/edit') ? flush() : keep('journey', JSON.stringify(latest.current))) }
    const tries = [...document.querySelectorAll('[data-jn-try]')]
    const onSwap = (event: Event): void => {
      const place = (event.target as Element)
      const [ran, counted] = [place.querySelector<HTMLElement>('[data-jn-course]'), place.querySelector<HTMLElement>('[data-jn-figures]')]
      if (ran) {
        setCourse(JSON.parse(ran.dataset.jnCourse!) as string[])
      }
      if (counted) {
        setFigures(JSON.parse(counted.dataset.jnFigures!) as Figures)
        setSimulated(true)
      }
    }
    tries.forEach((one) => one.addEventListener('toggle', onTry))
    document.addEventListener('htmx:afterSwap', onSwap)
    menu?.addEventListener('toggle', onToggle)
    document.body.addEventListener('more', onMore)
    return () => {
      tries.forEach((one) => one.removeEventListener('toggle', onTry))
      document.removeEventListener('htmx:afterSwap', onSwap)
      menu?.removeEventListener('toggle', onToggle)
      document.body.removeEventListener('more', onMore)
    }
  }, [keep])

  const faults = useMemo(() => faultsOf(doc, findings), [doc, findings])
  const errors = findings.filter((one) => one.is_error).length
  const board: Board = {
    doc, says, figures, faults, names: given.names, selected, adding, isEditable: given.is_editable, path: root.dataset.people && !isSimulated ? path : '', course,
    select: (id) => {
      setAdding(null)
      setSelected(id)
    },
    add: (spot) => {
      setSelected('')
      setAdding(spot)
    },
    change, drop: (id, spot) => change(move(doc, id, spot)), act,
  }
  return <BoardContext.Provider value={board}>
    <div className="jn-bar"><div className="c-seg" role="group" aria-label={w('view_as')}>
      {(['canvas', 'list', ...(given.is_editable ? ['yaml'] as const : [])] as const).map((one) => <button type="button" key={one} aria-pressed={view === one} onClick={() => void flush().then(() => setView(one))}><Sign name={one === 'canvas' ? 'route' : one === 'list' ? 'list' : 'code'} small />{w(one)}</button>)}</div>
      {given.is_editable && <><button type="button" className="c-ib" aria-label={w('undo')} disabled={past.current.length === 0} onClick={undo}><Sign name="undo" /></button><button type="button" className="c-ib" aria-label={w('redo')} disabled={future.current.length === 0} onClick={redo}><Sign name="redo" /></button>
        <span className={`c-tag ${errors > 0 ? 'c-tag--bad' : 'c-tag--good'}`} role="status"><Sign name={errors > 0 ? 'error' : 'check'} small />{errors > 0 ? `${errors} ${w(errors === 1 ? 'fault' : 'faults')}` : w('sound')}</span></>}</div>
    <div className={`jn-work jn-work--${view}`}>
      {view === 'yaml' ? <div className="jn-yaml"><textarea className="c-in c-in--code" aria-label={w('text_label')} spellCheck={false} value={text} onChange={(event) => {
        const next = event.target.value
        setText(next)
        later(() => {
          past.current = [...past.current.slice(-mostUndo), { doc, name: '' }]
          return keep('text', next)
        })
      }} />
        {isUnread && <p className="c-hint">{w('unread')}</p>}
        <ul className="lc-finds" aria-live="polite">{findings.map((one, i) => <li key={i} className={one.is_error ? 'is-error' : ''}><b>{w('line')} {one.line}.</b> {one.message}</li>)}</ul></div>
        : <>{view === 'canvas' ? <ReactFlowProvider><Canvas /></ReactFlowProvider> : <Outline />}<Panel /></>}
    </div>
  </BoardContext.Provider>
}

root.replaceChildren()
createRoot(root).render(<App />)
