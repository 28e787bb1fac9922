import { AsyncLocalStorage } from 'node:async_hooks'
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'

// What the work costs a program that does it by hand: without levels per name, redaction, limits, escapes or any care for
// what can go wrong.

const storage = new AsyncLocalStorage<string>()
const BUFFER_BYTES = 65_536

type Fields = ReturnType<typeof fieldsOf>
type Encode = (level: string, fields: Fields) => string

export const library: Library<'floor-template' | 'floor-json' | 'floor-template-line' | 'floor-json-line'> = {
  'floor-template': (place) => open(place, template, BUFFER_BYTES),
  'floor-json': (place) => open(place, stringify, BUFFER_BYTES),
  'floor-template-line': (place) => open(place, template, 0),
  'floor-json-line': (place) => open(place, stringify, 0),
}

function open(place: Place, encode: Encode, bufferBytes: number): Subject {
  const file = new Output(
    place.path,
    place.kind === 'file' ? Number.POSITIVE_INFINITY : place.maxFileBytes,
    place.backups,
    bufferBytes,
  )
  const console = place.kind === 'both' ? new Output(1, Number.POSITIVE_INFINITY, 0, bufferBytes) : undefined
  const write = (level: string, seq: number): void => {
    const fields = fieldsOf(seq)
    file.write(encode(level, fields))
    console?.write(text(level, fields))
  }
  let isDebug = false
  return {
    inRequest: (id, fn) => storage.run(id, fn),
    info: (seq) => write('INFO', seq),
    error: (seq) => write('ERROR', seq),
    debug: (seq) => {
      if (isDebug) write('DEBUG', seq)
    },
    close: async () => {
      isDebug = false
      file.close()
      console?.close()
    },
  }
}

const BOUND = JSON.stringify(BINDINGS).slice(1, -1)

function template(level: string, { seq, fileSize, duration, language, cached }: Fields): string {
  return `{"timestamp":"${isoNow()}","level":"${level}","logger":"${NAME}","message":"${MESSAGE}","request_id":"${storage.getStore()}",${BOUND},"seq":${seq},"fileSize":${fileSize},"duration":${duration},"language":"${language}","cached":${cached}}\n`
}

function stringify(level: string, fields: Fields): string {
  const request = { request_id: storage.getStore() }
  return `${JSON.stringify({ timestamp: isoNow(), level, logger: NAME, message: MESSAGE, ...request, ...BINDINGS, ...fields })}\n`
}

function text(level: string, { seq, fileSize, duration, language, cached }: Fields): string {
  return `${isoNow().slice(11, 19)} - ${NAME} - ${level} - ${MESSAGE} request_id=${storage.getStore()} service=${BINDINGS.service} instance=${BINDINGS.instance} seq=${seq} fileSize=${fileSize} duration=${duration} language=${language} cached=${cached}\n`
}

let isoAt = 0
let iso = ''

/** Made once in a millisecond. */
function isoNow(): string {
  const now = Date.now()
  if (now !== isoAt) {
    isoAt = now
    iso = new Date(now).toISOString()
  }
  return iso
}

/** A file that is written a buffer at a time, and rotated by hand: `app.log` to `app.log.1` and so on. */
class Output {
  readonly #path: string | 1
  readonly #maxFileBytes: number
  readonly #backups: number
  readonly #buffer: Buffer | undefined
  #used = 0
  #file: number
  #fileBytes: number

  constructor(path: string | 1, maxFileBytes: number, backups: number, bufferBytes: number) {
    this.#path = path
    this.#maxFileBytes = maxFileBytes
    this.#backups = backups
    this.#buffer = bufferBytes === 0 ? undefined : Buffer.allocUnsafe(bufferBytes)
    this.#file = path === 1 ? 1 : openSync(path, 'a')
    this.#fileBytes = fstatSync(this.#file).size
  }

  write(line: string): void {
    if (this.#fileBytes + line.length > this.#maxFileBytes) this.#rotate()
    this.#fileBytes += line.length
    if (this.#buffer === undefined) {
      writeSync(this.#file, line)
      return
    }
    if (this.#used + line.length > this.#buffer.length) this.#flush()
    this.#used += this.#buffer.write(line, this.#used, 'latin1')
  }

  close(): void {
    this.#flush()
    if (this.#path !== 1) closeSync(this.#file)
  }

  #flush(): void {
    if (this.#buffer === undefined || this.#used === 0) return
    writeSync(this.#file, this.#buffer, 0, this.#used)
    this.#used = 0
  }

  #rotate(): void {
    this.close()
    rmSync(`${this.#path}.${this.#backups}`, { force: true })
    for (let at = this.#backups - 1; at >= 1; at--) renameIfThere(`${this.#path}.${at}`, `${this.#path}.${at + 1}`)
    renameIfThere(String(this.#path), `${this.#path}.1`)
    this.#file = openSync(this.#path as string, 'a')
    this.#fileBytes = 0
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
