import { createContext, useContext } from 'react'
import type { Doc, Spot } from './model'

export interface Said { title: string, says: string }

export interface Finding { path: string[], line: number, column: number, is_error: boolean, message: string }

export interface StepFigures { visits: number, here: number, ways: Record<string, number>, outcomes: Record<string, number> }

export interface Figures { entered: number, inside: number, control: number, goal: number, steps: Record<string, StepFigures>, outcome_words: Record<string, string>, sent: Record<string, { says: string, count: number }[]> }

export interface Names {
  events: string[], traits: string[], segments: string[], stages: string[], templates: { id: string, name: string, channel: string }[], purposes: string[], endpoints: string[]
}

/** What the page gives the canvas to begin with. */
export interface Given {
  id: string, is_editable: boolean, journey: Doc | null, text: string, says: Record<string, Said>, findings: Finding[], figures: Figures | null, names: Names | null
}

export interface Board {
  doc: Doc
  says: Record<string, Said>
  figures: Figures | null
  faults: Record<string, Finding[]>
  names: Names | null
  selected: string
  adding: Spot | null
  isEditable: boolean
  /** The journey's address. */
  path: string
  /** Steps that a trial came by, in their order. */
  course: string[]
  select: (id: string) => void
  add: (spot: Spot) => void
  /** Puts another journey in the place of this one; changes of the same name that follow each other are undone together. */
  change: (doc: Doc, name?: string) => void
  drop: (id: string, spot: Spot) => void
  act: (what: 'up' | 'down' | 'copy' | 'delete', id: string) => void
}

export const BoardContext = createContext<Board>(null as unknown as Board)

export const useBoard = (): Board => useContext(BoardContext)

let said: Record<string, string> = {}

export function setWords(words: Record<string, string>): void {
  said = words
}

export const w = (name: string): string => said[name] ?? name

const language = document.documentElement.lang

export const number = (value: number): string => value.toLocaleString(language)

export const share = (part: number, whole: number): string => whole === 0 ? '' : (part / whole).toLocaleString(language, { style: 'percent', maximumFractionDigits: part / whole < 0.1 ? 1 : 0 })

export const Sign = ({ name, small }: { name: string, small?: boolean }) =>
  <svg className={small ? 'icon icon-s' : 'icon'} viewBox="0 0 24 24" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><use href={`#jn-${name}`} /></svg>

/** What is wrong with a step: its sign, how bad it is, and how much in words. */
export function faultOf(found: Finding[] | undefined): { sign: string, look: string, says: string } | null {
  if (!found || found.length === 0) {
    return null
  }
  const isError = found.some((one) => one.is_error)
  const name = isError ? 'fault' : 'warning'
  return { sign: isError ? 'error' : 'alert', look: isError ? 'bad' : 'warn', says: `${found.length} ${w(found.length === 1 ? name : `${name}s`)}` }
}

export const signOf: Record<string, string> = {
  wait: 'clock', wait_for_hour: 'calendar', wait_until: 'hourglass', if: 'branch', split: 'split', send: 'mail', set: 'edit', tag: 'tag', untag: 'tag', webhook: 'plug', task: 'check', offer: 'gift', stop: 'stop',
  '': 'dot',
}
