import { acceptCompletion, autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--c-accent)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--c-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--c-warn)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--stage-2)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--c-ink-3)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': { color: 'var(--c-ink)', backgroundColor: 'var(--c-surface)', fontSize: '12.5px', height: '100%', maxHeight: '480px' },
  '&.cm-focused': { outline: '2px solid var(--c-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--c-mono)', lineHeight: '21px', fontVariantLigatures: 'none', overflow: 'auto', minHeight: '210px' },
  '.cm-content': { caretColor: 'var(--c-ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--c-ink)' },
  '.cm-gutters': { backgroundColor: 'var(--c-surface)', color: 'var(--c-ink-3)', border: '0' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--c-accent-soft) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--c-accent-soft)' },
  '.cm-tooltip': { backgroundColor: 'var(--c-surface)', border: '1px solid var(--c-line-2)', borderRadius: 'var(--r-control)', boxShadow: 'var(--c-shadow-pop)', color: 'var(--c-ink)', overflow: 'hidden' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--c-mono)', fontSize: '12.5px', maxHeight: '16em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '5px 10px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--c-accent-soft)', color: 'var(--c-ink)' },
  '.cm-diagnostic': { fontFamily: 'var(--c-font)', fontSize: '12.5px', padding: '6px 10px', borderLeft: '3px solid var(--c-bad)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--c-bad) 1px', textUnderlineOffset: '4px' },
})

// Over a coloured selection Chromium types with the colours of what was there, as an inline style that the page's policy refuses.
const plainTyping = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || !event.data || view.state.selection.main.empty) {
      return false
    }
    event.preventDefault()
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

/** Puts an editor in the place of the form's textarea, which stays what is posted. */
function edit(form: HTMLFormElement): void {
  const area = form.querySelector('textarea')!
  const place = form.querySelector<HTMLElement>('.lc-cm')!
  const schema = JSON.parse(document.getElementById('ask-names')?.textContent ?? '{}') as Record<string, string[]>
  const ask = (): boolean => {
    form.requestSubmit()
    return true
  }
  const root = place.attachShadow({ mode: 'open' })
  const view = new EditorView({
    doc: area.value.replace(/^\n/, ''),
    extensions: [
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), sql({ dialect: PostgreSQL, schema, upperCaseKeywords: true }), syntaxHighlighting(colours), look,
      autocompletion({ icons: false }), Prec.highest(keymap.of([{ key: 'Mod-Enter', run: ask }, { key: 'Tab', run: acceptCompletion }])),
      keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]), plainTyping,
      EditorView.contentAttributes.of({ 'aria-label': form.dataset.label ?? '' }), EditorState.tabSize.of(2),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          area.value = update.state.doc.toString()
        }
      }),
    ],
    root, parent: root,
  })
  view.scrollDOM.tabIndex = 0
  place.hidden = false
  area.hidden = true
  // A hidden field that must be filled would stop the form without a word.
  area.required = false

  document.addEventListener('htmx:afterSwap', () => {
    const wrong = document.querySelector<HTMLElement>('#answer [data-sql-line]')
    const line = Number(wrong?.dataset.sqlLine)
    if (!wrong || !line || line > view.state.doc.lines) {
      view.dispatch(setDiagnostics(view.state, []))
      return
    }
    const at = view.state.doc.line(line)
    const from = Math.min(at.from + Number(wrong.dataset.sqlColumn || 1) - 1, at.to)
    const word = /^(?:[\w.]+|\S)/.exec(view.state.doc.sliceString(from, at.to))?.[0].length ?? 0
    view.dispatch(setDiagnostics(view.state, [{ from: word ? from : at.from, to: word ? from + word : at.to, severity: 'error', message: wrong.querySelector('.ask-error')?.textContent ?? '' }]))
  })
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sql]')) {
  edit(form)
  // A file and a saved question leave the page in the browser's own way.
  form.addEventListener('submit', (event) => {
    if (event.submitter?.hasAttribute('formaction')) {
      event.stopImmediatePropagation()
    }
  }, true)
}
