import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import { expect } from 'vitest'
import type { AnalysisResponse } from '../src/http/analysis-response.ts'
import type { StandIn } from '../src/stand-in/stand-in.ts'
import { launchChromium } from './chromium.ts'
import { type PageService, startPageService } from './page-service.ts'

export const SAMPLES: string = join(import.meta.dirname, '..', 'samples')
export const PAUSES: string = join(SAMPLES, 'pauses.wav')
export const CALM: string = join(SAMPLES, 'calm.wav')

// One browser and one service for all suites: to begin them takes longer than most tests.
let browser: Browser
let service: PageService
let complained: string[] = []

/** Starts the service and the browser. */
export async function startPages(): Promise<void> {
  service = await startPageService()
  browser = await launchChromium()
}

/** Ends what `startPages` has started. */
export async function stopPages(): Promise<void> {
  await browser?.close()
  await service?.[Symbol.asyncDispose]()
}

/** Closes all pages and takes back all faults, for the next test. */
export async function closePages(): Promise<void> {
  service.standIn.faults.clear()
  await Promise.all(browser.contexts().map((context) => context.close()))
}

/** The model behind the page. */
export function standIn(): StandIn {
  return service.standIn
}

/** What the browser complained of since `openPage`: errors of scripts, of the policy, of what could not be loaded. */
export function complaints(): readonly string[] {
  return complained
}

/** The page as a browser shows it that has never seen it. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  complained = []
  const page = await (await browser.newContext(options)).newPage()
  page.on('console', (message) => message.type() === 'error' && complained.push(message.text()))
  page.on('pageerror', (error) => complained.push(error.message))
  await page.goto(service.url)
  return page
}

/** As a reader drops it: the browser itself cannot be told to, but the page cannot tell the difference. */
export async function drop(page: Page, name: string, bytes: Buffer, count = 1): Promise<void> {
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
export async function answered(page: Page, count: number): Promise<void> {
  await page.locator(`#history li:nth-child(${count})`).waitFor()
  expect(await page.locator('#status').getAttribute('data-state')).toBe('done')
  expect(await page.locator('#history li').count()).toBe(count)
}

/** Until the page says in these words what went wrong. */
export async function told(page: Page, words: string): Promise<void> {
  const status = page.locator('#status[data-state=failed] #status-words')
  await expect.poll(() => status.textContent({ timeout: 5_000 }), { timeout: 5_000 }).toBe(words)
}

/** What the tiles say, by their names. */
export async function figures(page: Page): Promise<Record<string, string>> {
  const names = await page.locator('.tile dt').allTextContents()
  const values = await page.locator('.tile .figure').allInnerTexts()
  return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))
}

/** How wide a line of the picture is, in pixels. */
export async function drawn(page: Page, selector: string): Promise<number> {
  const box = await page.locator(`#picture ${selector}`).boundingBox()
  return Math.min(box?.width ?? 0, 10 * (box?.height ?? 0))
}

/** The service's own answer with a change on its way to the page. */
export async function changed(route: Route, change: (answer: AnalysisResponse) => unknown): Promise<void> {
  const response = await route.fetch()
  await route.fulfill({ response, json: change((await response.json()) as AnalysisResponse) })
}

/** The answers that the page gets from now on. */
export async function recorded(page: Page): Promise<AnalysisResponse[]> {
  const answers: AnalysisResponse[] = []
  await page.route('**/analyze*', async (route) => {
    await changed(route, (answer) => {
      answers.push(answer)
      return answer
    })
  })
  return answers
}

/** A refusal as the service words it. */
export function failure(status: number, message: string, retryAfter?: string): Parameters<Route['fulfill']>[0] {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return { status, headers, json: { requestId: 'id-1', error: { code: 'ERR_ANY', message } } }
}

/** The recording with bytes after its end that no other test has sent, so that no cache can know it. */
export async function fresh(file: string): Promise<Buffer> {
  return Buffer.concat([await readFile(file), Buffer.from(`${process.hrtime.bigint()}`.padEnd(24, ' '))])
}
