import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gate } from '@org/testkit'
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { AnalysisResponse } from '../src/http/analysis-response.ts'
import { launchChromium } from './chromium.ts'
import { type PageService, startPageService } from './page-service.ts'

const SAMPLES = join(import.meta.dirname, '..', 'samples')
const PAUSES = join(SAMPLES, 'pauses.wav')
const CALM = join(SAMPLES, 'calm.wav')
const HOSTILE = `<img src=x onerror="document.title='owned'">.wav`

let browser: Browser
let service: PageService
/** What the browser complained of: errors of scripts, of the content security policy, of what could not be loaded. */
let complaints: string[] = []

beforeAll(async () => {
  service = await startPageService()
  browser = await launchChromium()
}, 240_000)

afterAll(async () => {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
})

afterEach(async () => {
  service.standIn.faults.clear()
  await Promise.all(browser.contexts().map((context) => context.close()))
})

describe('The page', { timeout: 60_000 }, () => {
  test('shows the figures and draws the picture of a recording that is dropped on it', async () => {
    const page = await open()
    const empty = await page.locator('#picture').screenshot()
    await drop(page, 'talk.wav', await readFile(PAUSES))
    await answered(page, 1)
    expect(await page.locator('#result-title').textContent()).toBe('talk.wav')
    expect(await figures(page)).toMatchObject({ Duration: '4.38 s', Pauses: '2', Clipping: 'None' })
    expect(Object.values(await figures(page))).not.toContain('–')
    expect(await page.locator('.pause text').allTextContents()).toEqual(['0.60 s', '0.70 s'])
    expect(await drawn(page, '.waveform')).toBeGreaterThan(100)
    expect(await drawn(page, '.pitch')).toBeGreaterThan(50)
    expect(await page.locator('.tick-pitch').count()).toBeGreaterThan(2)
    expect(await page.getByRole('img', { name: 'Waveform of talk.wav: 4.38 s' }).count()).toBe(1)
    expect((await page.locator('#picture').screenshot()).equals(empty)).toBe(false)
    expect(complaints).toEqual([])
  })

  test('shades the pauses where they are in the recording', async () => {
    const page = await open()
    const answers = await recorded(page)
    await page.setInputFiles('#file', PAUSES)
    await answered(page, 1)
    const { durationSeconds, pauses } = answers[0]!.acoustics
    const [left, right] = await page.evaluate<[number, number]>(
      `(() => { const box = document.querySelector('.grid').getBBox(); return [box.x, box.x + box.width] })()`,
    )
    const shades = await page.evaluate<{ x: number; width: number }[]>(
      `[...document.querySelectorAll('.pause rect')].map((rect) => rect.getBBox()).map(({ x, width }) => ({ x, width }))`,
    )
    const seconds = (pixels: number): number => (pixels / (right - left)) * durationSeconds
    const shaded = shades.map(({ x, width }) => ({ startSeconds: seconds(x - left), seconds: seconds(width) }))
    expect(shaded).toEqual(
      pauses.map((pause) => {
        return { startSeconds: expect.closeTo(pause.startSeconds, 2), seconds: expect.closeTo(pause.seconds, 2) }
      }),
    )
  })

  test('tells that the second answer for the same recording comes from memory', async () => {
    const page = await open()
    const recording = await fresh(PAUSES)
    await drop(page, 'talk.wav', recording)
    await answered(page, 1)
    expect(await page.locator('#source').textContent()).toBe('computed')
    await drop(page, 'talk.wav', recording)
    await answered(page, 2)
    expect(await page.locator('#source').textContent()).toBe('memory')
    expect(await page.locator('#round-trip').textContent()).toMatch(/^[\d.]+ m?s$/)
    expect(await page.locator('#history .badge').allTextContents()).toEqual(['memory', 'computed'])
    await page.getByRole('button', { name: 'Analyse again' }).click()
    await answered(page, 3)
    expect(await page.locator('#history .name').allTextContents()).toEqual(['talk.wav', 'talk.wav', 'talk.wav'])
    expect(complaints).toEqual([])
  })

  test("shows each request's own id", async () => {
    const page = await open()
    const answers = await recorded(page)
    for (const count of [1, 2]) {
      await page.setInputFiles('#file', CALM)
      await answered(page, count)
      expect(await page.locator('#request-id').textContent()).toBe(answers.at(-1)?.requestId)
    }
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(2)
  })

  test('sends the shortest pause that is chosen', async () => {
    const page = await open()
    await page.getByLabel('Shortest pause').fill('0.65')
    await page.setInputFiles('#file', PAUSES)
    await answered(page, 1)
    expect(await page.locator('.pause text').allTextContents()).toEqual(['0.70 s'])
  })

  test('refuses a pause length out of bounds without asking the service', async () => {
    const page = await open()
    for (const wrong of ['0.05', '11', '-1']) {
      await page.getByLabel('Shortest pause').fill(wrong)
      await page.setInputFiles('#file', PAUSES)
      await told(page, 'The shortest pause must be a number of 0.1 to 10 seconds.')
    }
    expect(await page.locator('#history li').count()).toBe(0)
  })

  test('shows hostile names and texts as text', async () => {
    const page = await open()
    await page.route('**/analyze*', async (route) => {
      await changed(route, (answer) => ({ ...answer, requestId: HOSTILE, feedback: { text: HOSTILE, source: 'llm' } }))
    })
    await drop(page, HOSTILE, await readFile(CALM))
    await answered(page, 1)
    for (const id of ['#result-title', '#request-id', '#feedback-text', '#status-name', '#history .name']) {
      expect(await page.locator(id).textContent()).toBe(HOSTILE)
    }
    expect(await page.locator('img').count()).toBe(0)
    await page.unroute('**/analyze*')
    await page.route('**/analyze*', (route) => route.fulfill(failure(400, HOSTILE)))
    await drop(page, HOSTILE, await readFile(CALM))
    await told(page, `The recording was not analysed (400): ${HOSTILE}.`)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).toBe('Speech analysis')
  })

  test('marks feedback that is only the fallback', async () => {
    const page = await open()
    service.standIn.faults.add({ kind: 'emptyChoices' })
    await drop(page, 'talk.wav', await fresh(CALM))
    await answered(page, 1)
    expect(await page.locator('#feedback-source').textContent()).toMatch(/^Fallback: /)
    expect(await page.locator('#feedback-text').textContent()).toMatch(/^Your pace of /)
    service.standIn.faults.clear()
    await drop(page, 'talk.wav', await fresh(CALM))
    await answered(page, 2)
    expect(await page.locator('#feedback-source').textContent()).toBe('written by the language model')
  })

  test('warns of clipping, and says where no voice was found', async () => {
    const page = await open()
    await page.setInputFiles('#file', join(SAMPLES, 'clipped.wav'))
    await answered(page, 1)
    expect(await page.locator('#clipping.is-warning').textContent()).toContain('distortion is heard')
    await page.route('**/analyze*', async (route) => {
      await changed(route, (answer) => {
        const { waveform } = answer.acoustics.curves
        const curves = { waveform, pitch: waveform.map(() => null) }
        return { ...answer, acoustics: { ...answer.acoustics, pitch: undefined, curves } }
      })
    })
    await page.setInputFiles('#file', CALM)
    await answered(page, 2)
    expect(await figures(page)).toMatchObject({ 'Median pitch': '–', 'Pitch range': '–', Clipping: 'None' })
    expect(await page.locator('.pitch, .tick-pitch').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('leaves out pitches that are far beyond the voice, and breaks the curve there', async () => {
    const page = await open()
    await page.setInputFiles('#file', PAUSES)
    await answered(page, 1)
    const axis = await page.locator('.tick-pitch').allTextContents()
    const strokes = await page.locator('.pitch').getAttribute('d')
    await page.route('**/analyze*', async (route) => {
      await changed(route, (answer) => {
        const { acoustics } = answer
        const voiced = acoustics.curves.pitch.findIndex(
          (hertz, at, all) => hertz !== null && typeof all[at - 1] === 'number',
        )
        const pitch = acoustics.curves.pitch.with(voiced + 2, 900)
        return { ...answer, acoustics: { ...acoustics, curves: { ...acoustics.curves, pitch } } }
      })
    })
    await page.getByRole('button', { name: 'Analyse again' }).click()
    await answered(page, 2)
    expect(await page.locator('.tick-pitch').allTextContents()).toEqual(axis)
    expect((await page.locator('.pitch').getAttribute('d'))?.match(/M/g)?.length).toBe(
      (strokes?.match(/M/g)?.length ?? 0) + 1,
    )
  })

  test('tells in words why the service refused or failed, and goes on afterwards', async () => {
    const page = await open()
    const cases: [Parameters<Route['fulfill']>[0], string][] = [
      [failure(503, 'all places are taken', '2'), 'The service is busy. Try again in 2 seconds.'],
      [failure(503, 'all places are taken'), 'The service is busy. Try again in a moment.'],
      [failure(429, 'too many', '1'), 'The service is busy. Try again in a second.'],
      [failure(413, 'more than 50 MB'), 'The recording is too large: more than 50 MB.'],
      [failure(500, 'oh'), 'The service failed (500): oh. Its operator finds the request as id-1.'],
      [{ status: 502, body: '<h1>Bad gateway</h1>' }, 'The service failed (502).'],
      [{ status: 404, body: '' }, 'The recording was not analysed (404).'],
      [{ status: 200, body: '<h1>Hello</h1>' }, 'The service gave an answer that this page does not understand.'],
      [{ status: 200, body: 'null' }, 'The service gave an answer that this page does not understand.'],
    ]
    for (const [answer, words] of cases) {
      await page.route('**/analyze*', (route) => route.fulfill(answer))
      await page.setInputFiles('#file', CALM)
      await told(page, words)
      await page.unroute('**/analyze*')
    }
    expect(await page.locator('#history .badge').allTextContents()).toContain('failed, 503')
    await page.getByRole('button', { name: 'Analyse again' }).click()
    await answered(page, cases.length + 1)
    expect(await page.locator('#result-title').textContent()).toBe('calm.wav')
    expect(complaints.filter((words) => !words.startsWith('Failed to load resource'))).toEqual([])
  })

  test('tells what is wrong with a file that is no recording', async () => {
    const page = await open()
    await page.setInputFiles('#file', join(import.meta.dirname, 'page.test.ts'))
    await page.locator('#status[data-state=failed]').waitFor()
    expect(await page.locator('#status-words').textContent()).toMatch(
      /^The recording was not analysed \(4\d\d\): .+\.$/,
    )
    expect(await page.locator('#result-title').textContent()).toBe('No recording yet')
  })

  test('tells that a recording is too large', async () => {
    const page = await open()
    await drop(page, 'long.wav', Buffer.concat([await readFile(CALM), Buffer.alloc(1024 ** 2)]))
    await page.locator('#status[data-state=failed]').waitFor()
    expect(await page.locator('#status-words').textContent()).toMatch(/^The recording is too large: .+\.$/)
  })

  test('tells when the service cannot be reached', async () => {
    const page = await open()
    await page.route('**/analyze*', (route) => route.abort('connectionrefused'))
    await page.setInputFiles('#file', CALM)
    await told(page, 'The service could not be reached, or it broke off the upload. Is it running? Then try again.')
  })

  test('tells when the file is gone before it is sent again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'page-'))
    const file = join(folder, 'gone.wav')
    await writeFile(file, await readFile(CALM))
    const page = await open()
    await page.setInputFiles('#file', file)
    await answered(page, 1)
    await rm(folder, { recursive: true })
    await page.getByRole('button', { name: 'Analyse again' }).click()
    await told(page, 'The file could not be read: it is a folder, or was moved or changed. Choose it again.')
  })

  test('takes one file at a time', async () => {
    const page = await open()
    await drop(page, 'talk.wav', await readFile(CALM), 2)
    await told(page, 'Those were 2 files. Please send one recording at a time.')
    expect(await page.locator('#history li').count()).toBe(0)
  })

  test('shows progress while it waits, and drops an answer that a newer request has overtaken', async () => {
    const page = await open()
    const held = gate()
    let requests = 0
    await page.route('**/analyze*', async (route) => {
      if (requests++ === 0) await held.promise
      await route.continue().catch(() => {}) // the page has called the first one off by then
    })
    await page.setInputFiles('#file', PAUSES)
    await page.locator('#status-words', { hasText: 'Sending and analysing' }).waitFor()
    expect(await page.locator('#result').getAttribute('aria-busy')).toBe('true')
    await page.setInputFiles('#file', CALM)
    await answered(page, 1)
    held.open()
    await page.getByRole('button', { name: 'Analyse again' }).click()
    await answered(page, 2)
    expect(await page.locator('#history .name').allTextContents()).toEqual(['calm.wav', 'calm.wav'])
    expect(await page.locator('#result').getAttribute('aria-busy')).toBe('false')
  })

  test('can be used with the keyboard alone', async () => {
    const page = await open()
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    await page.locator('#file:focus').waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await (await chooser).setFiles(CALM)
    await answered(page, 1)
    await page.keyboard.press('Tab')
    await page.keyboard.type('0.5')
    await page.keyboard.press('Enter')
    await answered(page, 2)
  })

  test('highlights the zone while a file is dragged over the page', async () => {
    const page = await open()
    await page.dispatchEvent('h1', 'dragover')
    expect(await page.locator('.is-dragging .drop').count()).toBe(1)
    await page.dispatchEvent('body', 'dragleave')
    expect(await page.locator('.is-dragging').count()).toBe(0)
  })

  test.each([320, 360, 768, 1280])('fits a window of %i pixels, whatever the file is called', async (width) => {
    const page = await open({ viewport: { width, height: 700 } })
    await drop(page, `${'a-very-long-name-'.repeat(12)}.wav`, await readFile(PAUSES))
    await answered(page, 1)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    await page.setViewportSize({ width: 330, height: 700 })
    await expect.poll(() => page.evaluate(`document.querySelector('#picture svg').clientWidth`)).toBeLessThan(330)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(330)
  })

  test.each([360, 1280])('keeps everything in its place at %i pixels', async (width) => {
    const page = await open({ viewport: { width, height: 900 } })
    const places = (): Promise<unknown> => {
      return page.evaluate(`['#picture', '.tiles', '#feedback'].map((id) => document.querySelector(id).offsetTop)`)
    }
    const before = await places()
    await page.setInputFiles('#file', PAUSES)
    await answered(page, 1)
    expect(await places()).toEqual(before)
    await page.route('**/analyze*', (route) => route.fulfill(failure(503, 'all places are taken', '2')))
    await page.setInputFiles('#file', CALM)
    await told(page, 'The service is busy. Try again in 2 seconds.')
    expect(await places()).toEqual(before)
  })

  test.each(['light', 'dark'] as const)('is drawn in the %s scheme that the reader prefers', async (colorScheme) => {
    const page = await open({ colorScheme })
    const ground = await page.evaluate<string>(`getComputedStyle(document.documentElement).backgroundColor`)
    const [red = 0] = ground.match(/\d+/g)?.map(Number) ?? []
    expect(red > 127).toBe(colorScheme === 'light')
  })
})

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  complaints = []
  const page = await (await browser.newContext(options)).newPage()
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  const response = await page.goto(service.url)
  expect(response?.headers()['content-security-policy']).toContain("default-src 'self'")
  return page
}

/** As a reader drops it: the browser itself cannot be told to, but the page cannot tell the difference. */
async function drop(page: Page, name: string, bytes: Buffer, count = 1): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    `(() => {
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      for (let at = 0; at < ${count}; at++) transfer.items.add(new File([bytes], ${JSON.stringify(name)} + ' '.repeat(at)))
      return transfer
    })()`,
  )
  await page.dispatchEvent('#drop', 'dragover', { dataTransfer })
  await page.dispatchEvent('#drop', 'drop', { dataTransfer })
}

/** Until so many requests were answered or refused, the last one well. */
async function answered(page: Page, count: number): Promise<void> {
  await page.locator(`#history li:nth-child(${count})`).waitFor()
  expect(await page.locator('#status').getAttribute('data-state')).toBe('done')
  expect(await page.locator('#history li').count()).toBe(count)
}

async function told(page: Page, words: string): Promise<void> {
  const status = page.locator('#status[data-state=failed] #status-words')
  await expect.poll(() => status.textContent({ timeout: 5_000 }), { timeout: 5_000 }).toBe(words)
}

async function figures(page: Page): Promise<Record<string, string>> {
  const names = await page.locator('.tile dt').allTextContents()
  const values = await page.locator('.tile .figure').allInnerTexts()
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))
}

/** How wide a line of the picture is, in pixels. */
async function drawn(page: Page, selector: string): Promise<number> {
  const box = await page.locator(`#picture ${selector}`).boundingBox()
  return Math.min(box?.width ?? 0, 10 * (box?.height ?? 0))
}

/** The service's own answer with a change on its way to the page. */
async function changed(route: Route, change: (answer: AnalysisResponse) => unknown): Promise<void> {
  const response = await route.fetch()
  await route.fulfill({ response, json: change((await response.json()) as AnalysisResponse) })
}

/** The answers that the page gets from now on. */
async function recorded(page: Page): Promise<AnalysisResponse[]> {
  const answers: AnalysisResponse[] = []
  await page.route('**/analyze*', async (route) => {
    await changed(route, (answer) => {
      answers.push(answer)
      return answer
    })
  })
  return answers
}

function failure(status: number, message: string, retryAfter?: string): Parameters<Route['fulfill']>[0] {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return { status, headers, json: { requestId: 'id-1', error: { code: 'ERR_ANY', message } } }
}

/** The recording with bytes after its end that no other test has sent, so that no cache can know it. */
async function fresh(file: string): Promise<Buffer> {
  return Buffer.concat([await readFile(file), Buffer.from(`${process.hrtime.bigint()}`.padEnd(24, ' '))])
}
