import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import pino, { type DestinationStream, type StreamEntry, type TransportTargetOptions } from 'pino'
import pretty from 'pino-pretty'
import { createStream } from 'rotating-file-stream'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'
import { rotatingFileOptions } from './rotating-file-options.ts'

const storage = new AsyncLocalStorage<{ readonly request_id: string }>()
const NONE = {}

type Id = 'pino' | 'pino-4096' | 'pino-async' | 'pino-transport' | 'pino-roll' | 'pino-rfs'

export const library: Library<Id> = {
  pino: ({ path }) => open(pino.destination({ dest: path, sync: true })),
  'pino-4096': ({ path }) => open(pino.destination({ dest: path, sync: true, minLength: 4096 })),
  'pino-async': ({ path }) => open(pino.destination({ dest: path, sync: false, minLength: 4096 })),
  'pino-transport': async (place) => {
    const transport = pino.transport({ targets: targetsOf(place) })
    await once(transport, 'ready')
    return open(transport)
  },
  'pino-roll': openRolled,
  'pino-rfs': (place) => open(createStream(...rotatingFileOptions(place))),
}

type EndingStream = DestinationStream & NodeJS.EventEmitter & { end(): void }

function open(stream: EndingStream): Subject {
  return subjectOf(stream, async () => {
    const closed = once(stream, 'close')
    stream.end()
    await closed
  })
}

/**
 * In process: the fastest that pino can do with a rotated file; with text at once, a second stream beside it. Its file is
 * written synchronously: else it waits for a pause in the load before it rotates, and there is none.
 */
async function openRolled(place: Place): Promise<Subject> {
  const file = await roll({ ...rollOptions(place), sync: true, minLength: 4096 })
  if (place.kind !== 'both') return open(file)
  const console = pretty(PRETTY)
  const streams: StreamEntry[] = [{ stream: console }, { stream: file }]
  return subjectOf(pino.multistream(streams), async () => {
    const ends = [once(console, 'finish'), once(file, 'close')]
    console.end()
    file.end()
    await Promise.all(ends)
  })
}

function subjectOf(stream: DestinationStream, close: () => Promise<void>): Subject {
  const options = { level: 'info', name: NAME, mixin: () => storage.getStore() ?? NONE }
  const log = pino(options, stream).child(BINDINGS)
  return {
    inRequest: (id, fn) => storage.run({ request_id: id }, fn),
    info: (seq) => log.info(fieldsOf(seq), MESSAGE),
    error: (seq) => log.error(fieldsOf(seq), MESSAGE),
    debug: (seq) => log.debug(fieldsOf(seq), MESSAGE),
    close,
  }
}

// Nobody's text is coloured here: stdout is a file.
const PRETTY = { colorize: false, destination: 1, translateTime: 'HH:MM:ss' }

function targetsOf(place: Place): TransportTargetOptions[] {
  const text = { target: 'pino-pretty', options: PRETTY }
  const rolled = { target: 'pino-roll', options: rollOptions(place) }
  if (place.kind === 'both') return [text, rolled]
  return [place.kind === 'rotated' ? rolled : { target: 'pino/file', options: { destination: place.path } }]
}

function rollOptions({ path, maxFileBytes, backups }: Place) {
  // `0.25k` of pino-roll is not rounded; its numbers are megabytes.
  return { file: path, size: `${Math.ceil(maxFileBytes / 1024)}k`, limit: { count: backups } }
}

// It has no types.
type Roll = (options: object) => Promise<EndingStream>
const require = createRequire(import.meta.url)
const roll = require('pino-roll') as Roll
