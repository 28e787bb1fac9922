import type { Level } from '../level.ts'
import { type KnownShape, levelOfWord, shapeOfLine } from './known-shapes.ts'

/** A line of a log as it was read back: what stands before the message, and where the rest is found. */
export interface LogLine {
  readonly shape: KnownShape
  /** All members, as they were parsed. */
  readonly json: Json
  /** Epoch milliseconds. */
  readonly time: number
  readonly level: Level
  readonly logger: string
  readonly message: string
  readonly requestId: string | undefined
}

/** An object out of a JSON text. */
export type Json = Readonly<Record<string, unknown>>

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/
const NANOSECONDS = /^\d{7,20}$/

/** The first millisecond of the year 10000: a later time has no date of four digits. */
const TIME_END = 253_402_300_800_000

/** Reads a line; `undefined` where it is none that the logger writes. */
export function readLogLine(text: string): LogLine | undefined {
  const json = parsedObject(text)
  const shape = json === undefined ? undefined : shapeOfLine(json)
  if (json === undefined || shape === undefined) return undefined
  const { names, attributes } = shape.preset
  const time = timeOf(json[names.timestamp], shape.preset.time)
  const level = levelIn(json[names.level])
  const logger = loggerIn(json[names.logger])
  const message = json[names.message]
  if (time === undefined || level === undefined || logger === undefined || typeof message !== 'string') return undefined
  const around = attributes === undefined ? json : json[attributes]
  const requestId = isJson(around) ? around[names.request_id] : undefined
  return { shape, json, time, level, logger, message, requestId: typeof requestId === 'string' ? requestId : undefined }
}

/** Whether a parsed value is an object with members. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsedObject(text: string): Json | undefined {
  // Most lines that are no JSON are told apart without an error being made.
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function timeOf(value: unknown, unit: 'iso' | 'nanoseconds'): number | undefined {
  if (typeof value !== 'string') return undefined
  if (unit === 'nanoseconds') return inRange(NANOSECONDS.test(value) ? Number(value.slice(0, -6)) : Number.NaN)
  return inRange(ISO_TIME.test(value) ? Date.parse(value) : Number.NaN)
}

function inRange(time: number): number | undefined {
  // A day of room at both ends, since the local date may be another one.
  return time > -62_167_000_000_000 && time < TIME_END - 86_400_000 ? time : undefined
}

function levelIn(value: unknown): Level | undefined {
  return typeof value === 'string' ? levelOfWord(value) : undefined
}

function loggerIn(value: unknown): string | undefined {
  const name = isJson(value) ? value.Name : value
  return typeof name === 'string' ? name : undefined
}
