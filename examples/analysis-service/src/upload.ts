import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import type { FastifyMultipartOptions } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { RefusedError } from './http/refused-error.ts'
import { openUploadDirectory, removeUploadDirectory } from './upload-directory.ts'
import { UploadSpace } from './upload-space.ts'

/** A recording that was sent, in a file for as long as its request lasts. */
export interface Upload {
  readonly path: string
  /** Of its bytes, in hex. */
  readonly sha256: string
}

/** The types under which WAV files are sent. */
export const WAV_TYPES: readonly string[] = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave']
/** Within a form, what tools send that do not know the type: the analysis looks at the bytes anyway. */
const FORM_TYPES: readonly string[] = [...WAV_TYPES, 'application/octet-stream']
const FIELD = 'recording'
/** What a form takes beside its recording, generously. */
const FORM_BYTES = 65_536

/** What uploads may take, in bytes. */
export interface UploadLimits {
  /** One recording. */
  readonly maxBytes: number
  /** All that are received, wait or are analysed at once: at least `maxBytes`. */
  readonly maxTotalBytes: number
}

/** Receives recordings into a temporary directory of the process. Nothing of what a client names is part of a path. */
export class Uploads {
  readonly maxBytes: number
  readonly #space: UploadSpace
  readonly #directory: string

  private constructor({ maxBytes, maxTotalBytes }: UploadLimits, directory: string) {
    this.maxBytes = maxBytes
    this.#space = new UploadSpace(maxTotalBytes, maxBytes)
    this.#directory = directory
  }

  /** Removes what a killed process has left, and makes a directory. */
  static async open(limits: UploadLimits): Promise<Uploads> {
    return new Uploads(limits, await openUploadDirectory())
  }

  /**
   * Runs `work` with the recording in the request's body, a form's or the body itself. Its file is gone afterwards. Who is
   * refused for want of space, or announces too much, is so before any of the body is read.
   * @throws RefusedError, what the file system throws, or what `work` does
   */
  async with<T>(request: FastifyRequest, work: (upload: Upload) => Promise<T>): Promise<T> {
    const announced = Number(request.headers['content-length'])
    // A form adds little to its recording.
    if (announced > this.maxBytes + FORM_BYTES) throw tooLarge(this.maxBytes)
    const giveBack = this.#space.take(announced)
    if (giveBack === undefined) throw tooMany()
    const path = join(this.#directory, randomUUID())
    try {
      return await work(await this.#receive(request, path))
    } finally {
      await rm(path, { force: true })
      giveBack()
    }
  }

  /** Removes the directory, with all that is in it. */
  async close(): Promise<void> {
    await removeUploadDirectory(this.#directory)
  }

  async #receive(request: FastifyRequest, path: string): Promise<Upload> {
    try {
      return request.isMultipart() ? await this.#fromForm(request, path) : await this.#store(request.raw, path)
    } catch (error) {
      await readToEnd(request.raw)
      throw refusalFor(error)
    }
  }

  async #fromForm(request: FastifyRequest, path: string): Promise<Upload> {
    let upload: Upload | undefined
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== FIELD) throw missing()
      if (!FORM_TYPES.includes(part.mimetype)) throw new RefusedError(415, 'ERR_UPLOAD_TYPE', 'send a WAV recording')
      upload = await this.#store(part.file, path)
    }
    if (upload === undefined) throw missing()
    return upload
  }

  async #store(source: Readable, path: string): Promise<Upload> {
    const hash = createHash('sha256')
    const { maxBytes } = this
    let bytes = 0
    async function* measured(): AsyncGenerator<Buffer> {
      // Destroying a request would end its connection before it is answered.
      for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > maxBytes) throw tooLarge(maxBytes)
        hash.update(chunk)
        yield chunk
      }
    }
    await pipeline(measured, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    if (bytes === 0) throw missing()
    return { path, sha256: hash.digest('hex') }
  }
}

/** What a form may hold: one recording and nothing else. */
export function formLimits(maxBytes: number): FastifyMultipartOptions {
  const limits = { files: 1, fields: 1, parts: 2, fieldSize: 1024, headerPairs: 20, fileSize: maxBytes + 1 }
  return { limits, throwFileSizeLimit: false }
}

function missing(): RefusedError {
  return new RefusedError(
    400,
    'ERR_UPLOAD_MISSING',
    `send a WAV recording as the body, or as the file '${FIELD}' of a form`,
  )
}

function tooLarge(maxBytes: number): RefusedError {
  return new RefusedError(413, 'ERR_UPLOAD_TOO_LARGE', `a recording must be at most ${maxBytes} bytes`)
}

function tooMany(): RefusedError {
  return new RefusedError(503, 'ERR_BUSY', 'too many recordings are being sent, come back later')
}

/** Who still sends does not read the answer. How long that may take, the server's timeout says. */
async function readToEnd(request: IncomingMessage): Promise<void> {
  request.unpipe()
  request.resume()
  try {
    await finished(request, { writable: false })
  } catch {
    // The client has gone: nobody is left to answer.
  }
}

function refusalFor(error: unknown): unknown {
  if (error instanceof RefusedError || isOurs(error)) return error
  const { statusCode } = error as { readonly statusCode?: unknown }
  if (statusCode === 413) return new RefusedError(413, 'ERR_UPLOAD_FORM', `a form must hold the file '${FIELD}' alone`)
  return new RefusedError(400, 'ERR_UPLOAD_INCOMPLETE', 'the upload ended early, or is no form')
}

const FILE_CALLS: readonly unknown[] = ['open', 'write', 'close']

/** A fault of this machine, such as a full disk; what is left comes from the client or its connection. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && FILE_CALLS.includes(error.syscall)
}
