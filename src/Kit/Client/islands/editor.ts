import { autocompletion, completionKeymap, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { EditorState, RangeSet, StateEffect, StateField, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, GutterMarker, gutter, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

interface Fix { find: string, insert: string }

interface Finding { line: number, column: number, is_error: boolean, says: string, message: string, fix: Fix | null }

interface Checked { findings: Finding[], is_draft: boolean, can_replay: boolean }

interface Names {
  events: { name: string, times: number }[], properties: string[], traits: string[], group_traits: string[],
  lifecycles: string[], stages: string[], segments: string[], functions: Record<string, string>
}

/** What values look like, in words: by event and property, and by trait. */
interface Values { events: Record<string, Record<string, string>>, traits: Record<string, string> }

// How long after the last key the text is sent: short enough to feel live, long enough not to check half words.
const pause = 400

const words = document.querySelector<HTMLElement>('[data-lc-words]')?.dataset ?? {}

const yamlKeys = /^(\s*-?\s*)(lifecycle|segment|label|timezone|movement|stages|personas|segments|id|when|returns_to|en|es)(?=\s*:)/

/** YAML with the rule language in its values: keys, texts, numbers and durations, functions. */
const language = StreamLanguage.define<{ inBlock: boolean }>({
  startState: () => ({ inBlock: false }),
  token(stream) {
    if (stream.sol()) {
      const key = stream.match(yamlKeys, false) as RegExpMatchArray | null
      if (key && key[1]) {
        stream.pos += key[1].length
        return null
      }
    }
    if (stream.match(/^#.*/)) {
      return 'comment'
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) {
      return 'string'
    }
    if (stream.match(/^(?:lifecycle|segment|label|timezone|movement|stages|personas|segments|id|when|returns_to|en|es)(?=\s*:)/)) {
      return 'keyword'
    }
    if (stream.match(/^@[0-9T:Z.-]+/) || stream.match(/^\d+(?:\.\d+)?[dhmsw]?\b/) || stream.match(/^(?:null|true|false)\b/)) {
      return 'number'
    }
    if (stream.match(/^(?:and|or|not|in|where|contains|starts_with|ends_with|matches)\b/) || stream.match(/^(?:count|sum|min|max|avg|money|distinct|days|ever|first|last|since|stage|time_in_stage|age|now|instant|anniversary)\b(?=\s*[(=<>!]|$)/)) {
      return 'function'
    }
    if (stream.match(/^[\p{L}_$][\p{L}\p{N}_$]*/u)) {
      return null
    }
    stream.next()
    return null
  },
  tokenTable: { function: tags.function(tags.variableName) },
})

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--c-accent)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--c-good)' },
  { tag: tags.function(tags.variableName), color: 'var(--stage-2)' },
  { tag: tags.number, color: 'var(--c-warn)' },
  { tag: tags.comment, color: 'var(--c-ink-3)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': { color: 'var(--c-ink)', backgroundColor: 'var(--c-surface)', fontSize: '12.5px', maxHeight: '640px' },
  '&.cm-focused': { outline: '2px solid var(--c-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--c-mono)', lineHeight: '21px', fontVariantLigatures: 'none', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--c-ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--c-ink)' },
  '.cm-gutters': { backgroundColor: 'var(--c-surface)', color: 'var(--c-ink-3)', border: '0' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--c-accent-soft) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--c-accent-soft)' },
  '.cm-people': { paddingLeft: '14px', paddingRight: '14px', textAlign: 'right', color: 'var(--c-ink-2)', font: '500 12px/21px var(--c-font)', fontVariantNumeric: 'tabular-nums' },
  '.cm-tooltip': { backgroundColor: 'var(--c-surface)', border: '1px solid var(--c-line-2)', borderRadius: 'var(--r-control)', boxShadow: 'var(--c-shadow-pop)', color: 'var(--c-ink)', overflow: 'hidden' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--c-font)', fontSize: '12.5px', maxHeight: '16em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '5px 10px', display: 'flex', gap: '8px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--c-accent-soft)', color: 'var(--c-ink)' },
  '.cm-completionDetail': { marginLeft: 'auto', color: 'var(--c-ink-2)', fontStyle: 'normal' },
  '.cm-completionInfo': { padding: '6px 10px', maxWidth: '320px', fontFamily: 'var(--c-font)', fontSize: '12px', color: 'var(--c-ink-2)' },
  '.cm-diagnostic': { fontFamily: 'var(--c-font)', fontSize: '12.5px', padding: '6px 10px', borderLeft: '3px solid var(--c-bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--c-warn)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--c-surface)', color: 'var(--c-accent)', border: '1px solid var(--c-line-2)', borderRadius: 'var(--r-control)', padding: '2px 8px', minHeight: '24px' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--c-bad) 1px', textUnderlineOffset: '4px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--c-warn) 1px', textUnderlineOffset: '4px' },
  '.cm-panels': { backgroundColor: 'var(--c-sunken)', color: 'var(--c-ink)' },
})

class People extends GutterMarker {
  constructor(readonly says: string) {
    super()
  }

  override eq(other: People): boolean {
    return other.says === this.says
  }

  override toDOM(): Node {
    return document.createTextNode(this.says)
  }
}

// Over a coloured selection Chromium types with the colours of what was there, as an inline style that the page's policy refuses.
const plainTyping = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || !event.data || view.state.readOnly || view.state.selection.main.empty) {
      return false
    }
    event.preventDefault()
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

const setPeople = StateEffect.define<Record<string, string>>()

/** The people of each rule, beside its line; a change of the text moves them along until new ones come. */
const people = StateField.define<RangeSet<People>>({
  create: () => RangeSet.empty,
  update(held, transaction) {
    let next = held.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(setPeople)) {
        const lines = Object.keys(effect.value).map(Number).filter((line) => line >= 1 && line <= transaction.state.doc.lines).sort((a, b) => a - b)
        next = RangeSet.of(lines.map((line) => new People(effect.value[line] ?? '').range(transaction.state.doc.line(line).from)))
      }
    }
    return next
  },
})

const peopleGutter = [people, gutter({ class: 'cm-people', side: 'after', markers: (view: EditorView) => view.state.field(people) } as Parameters<typeof gutter>[0])]

function completions(names: Names, values: Values) {
  const events: Completion[] = names.events.map((one) => ({ label: one.name, type: 'constant', detail: `${one.times.toLocaleString(document.documentElement.lang)} ${words.times ?? ''}`, boost: 1 }))
  const list = (values: string[], detail: string): Completion[] => values.map((label) => ({ label, detail }))
  const shown = (labels: string[], known: Record<string, string>, otherwise: string): Completion[] => labels.map((label) => ({ label, detail: known[label] ?? otherwise, boost: label in known ? 1 : 0 }))
  const traits = () => shown(names.traits, values.traits, words.trait ?? '')
  // After an event its own properties come first, each with its type, how often it was there and its newest value.
  const properties = (line: string) => {
    const event = [...line.matchAll(/"([^"]*)"|\b(page|screen)\b/g)].map((match) => match[1] ?? match[2] ?? '').filter((name) => name in values.events).pop()
    return shown(names.properties, event === undefined ? {} : values.events[event] ?? {}, words.property ?? '')
  }
  const functions: Completion[] = Object.entries(names.functions).map(([label, info]) => ({ label, type: 'function', info: info || undefined }))
  const operators = list(['and', 'or', 'not', 'where', 'contains', 'starts_with', 'ends_with', 'matches', 'null', 'true', 'false'], '')
  const keys = list(['lifecycle', 'label', 'timezone', 'movement', 'stages', 'id', 'when', 'returns_to', 'segments', 'personas'], '')

  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    const at = (pattern: RegExp, options: Completion[]): CompletionResult | null => {
      const match = pattern.exec(before)
      return match ? { from: context.pos - (match[1] ?? '').length, options, validFor: /^[^"()]*$/ } : null
    }
    return at(/\bstage\("[^"]*"\)\s*(?:==|!=)\s*"([^"]*)$/, list(names.stages, '')) ?? at(/\b(?:time_in_stage|stage)\("([^"]*)$/, list(names.lifecycles, ''))
      ?? at(/\bin\("([^"]*)$/, list(names.segments, '')) ?? at(/returns_to:\s*\[(?:[^\]]*,)?\s*([\w-]*)$/, list(names.stages, ''))
      ?? at(/(?:"|\bpage|\bscreen|\bidentify|\bany)\.([\w.]*)$/, properties(before)) ?? at(/\btraits\.([\w.]*)$/, traits()) ?? at(/\bgroup\.([\w.]*)$/, list(names.group_traits, words.trait ?? ''))
      ?? at(/\bwhere\s+(?:.*\b(?:and|or)\s+)?([\w.]*)$/, properties(before))
      ?? ((before.match(/"/g)?.length ?? 0) % 2 === 1 ? at(/"([^"]*)$/, events) : null)
      ?? (/^\s*-?\s*\w*$/.test(before) && !/^\s{6,}(and|or)/.test(before) ? at(/([\w]*)$/, context.explicit || /\w$/.test(before) ? keys : []) : null)
      ?? (context.explicit || /\w$/.test(before) ? at(/([\w]+|)$/, [...functions, ...operators]) : null)
  }
}

/** Puts an editor in the place of a form's textarea, which stays what is posted where no script runs. */
async function edit(form: HTMLFormElement): Promise<void> {
  const area = form.querySelector('textarea')!
  const place = form.querySelector<HTMLElement>('.lc-cm')!
  const isReadOnly = form.dataset.readonly === 'yes'
  const names = await fetch(form.dataset.names!).then((answer) => answer.json() as Promise<Names>)
  const values: Values = { events: {}, traits: {} }
  // It takes a look through histories, so the editor does not wait for it.
  if (form.dataset.values) {
    void fetch(form.dataset.values).then((answer) => answer.json() as Promise<Values>).then((seen) => Object.assign(values, seen), () => undefined)
  }
  let timer = 0
  let asked: AbortController | undefined

  const changed = EditorView.updateListener.of((update) => {
    if (update.docChanged) {
      area.value = update.state.doc.toString()
      clearTimeout(timer)
      timer = window.setTimeout(() => void check(), pause)
    }
  })
  const extensions: Extension[] = [
    lineNumbers(), lintGutter(), peopleGutter, history(), drawSelection(), highlightActiveLine(), language, syntaxHighlighting(colours), look,
    autocompletion({ override: [completions(names, values)], icons: false }), keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]), changed,
    plainTyping, EditorView.contentAttributes.of({ 'aria-label': words.label ?? '' }), EditorState.readOnly.of(isReadOnly),
  ]
  // Inside a shadow root the editor's styles are adopted sheets, which the page's policy allows; style elements it would refuse.
  const root = place.attachShadow({ mode: 'open' })
  const view = new EditorView({ doc: area.value, extensions, root, parent: root })
  // A wide text scrolls sideways, and by keyboard too.
  view.scrollDOM.tabIndex = 0
  place.hidden = false
  area.hidden = true
  form.querySelector<HTMLElement>('[data-keys]')?.removeAttribute('hidden')
  form.querySelector<HTMLElement>('[data-plain]')?.setAttribute('hidden', '')

  async function check(): Promise<void> {
    asked?.abort()
    asked = new AbortController()
    try {
      const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>), signal: asked.signal })
      if (!answer.ok) {
        throw new Error(String(answer.status))
      }
      show(await answer.json() as Checked)
    } catch (error) {
      if (!asked.signal.aborted) {
        say('[data-saved]', words.failed ?? '')
      }
    }
  }

  function show(checked: Checked): void {
    view.dispatch(setDiagnostics(view.state, checked.findings.map((one) => diagnostic(one))))
    list(checked.findings)
    const errors = checked.findings.filter((one) => one.is_error).length
    say('[data-saved]', (checked.is_draft ? words.draft : words.inforce) ?? '')
    state(errors)
    document.querySelector<HTMLElement>('[data-lc-discard]')?.toggleAttribute('hidden', !checked.is_draft)
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-lc-apply]')) {
      button.disabled = errors > 0
    }
    document.querySelector<HTMLElement>('[data-lc-blocked]')?.toggleAttribute('hidden', errors === 0)
    if (checked.can_replay) {
      document.body.dispatchEvent(new CustomEvent('lc-draft'))
    }
  }

  function diagnostic(one: Finding): Diagnostic {
    const line = view.state.doc.line(Math.min(Math.max(one.line, 1), view.state.doc.lines))
    const from = Math.min(line.from + one.column - 1, line.to)
    const word = /^(?:"[^"]*"?(?:\.[\w.]+)?|[\w.$-]+|\S)/.exec(view.state.doc.sliceString(from, line.to))?.[0].length ?? 0
    return {
      from, to: Math.min(line.to, from + word), severity: one.is_error ? 'error' : 'warning', message: one.says,
      actions: one.fix && !isReadOnly ? [{ name: `${words.change} ${one.fix.insert}`, apply: () => mend(one) }] : [],
    }
  }

  function mend(one: Finding): void {
    const line = view.state.doc.line(Math.min(one.line, view.state.doc.lines))
    const begin = line.from + one.column - 1
    const at = view.state.doc.sliceString(begin, Math.min(view.state.doc.length, begin + 2_000)).indexOf(one.fix!.find)
    if (at >= 0) {
      view.dispatch({ changes: { from: begin + at, to: begin + at + one.fix!.find.length, insert: one.fix!.insert }, userEvent: 'input.fix' })
      view.focus()
    }
  }

  /** The findings below the text too, in words, with their place and, where there is one, the button that mends. */
  function list(findings: Finding[]): void {
    const items = findings.map((one) => {
      const item = document.createElement('li')
      item.className = one.is_error ? 'is-error' : ''
      item.append(one.says + ' ')
      if (one.fix && !isReadOnly) {
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'btn btn-quiet btn-sm'
        button.textContent = `${words.change} ${one.fix.insert}`
        button.addEventListener('click', () => mend(one))
        item.append(button)
      }
      return item
    })
    form.querySelector('[data-findings]')!.replaceChildren(...items)
  }

  function say(selector: string, text: string): void {
    const element = form.querySelector(selector)
    if (element) {
      element.textContent = text
    }
  }

  function state(errors: number): void {
    const tag = document.createElement('span')
    tag.className = `c-tag ${errors > 0 ? 'c-tag--bad' : 'c-tag--good'}`
    tag.textContent = errors === 0 ? words.valid ?? '' : `${errors} ${errors === 1 ? words.error : words.errors}`
    document.querySelector('[data-lc-state]')?.replaceChildren(tag)
  }

  function counts(): void {
    const lines = document.querySelector<HTMLElement>('[data-lines]')?.dataset.lines
    if (lines) {
      view.dispatch({ effects: setPeople.of(JSON.parse(lines) as Record<string, string>) })
    }
  }

  document.addEventListener('htmx:afterSwap', (event) => {
    if ((event.target as Element).querySelector('[data-lines]')) {
      counts()
    }
  })
  counts()
  // What the server found when it drew the page stands in the text too, and a later check replaces it.
  if (!isReadOnly && form.querySelector('[data-findings] li')) {
    void check()
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-editor]')) {
  void edit(form)
}
