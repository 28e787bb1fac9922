// Makes docs/*.png: starts the service, sends it the samples and photographs the page. Run it when the page has changed:
//   node --conditions=@org/source examples/analysis-service/scripts/screenshots.ts
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../test/chromium.ts'
import { type PageService, startPageService } from '../test/page-service.ts'
import { indexedPng } from './indexed-png.ts'

type Scheme = 'light' | 'dark'

const WIDE = { width: 1120, height: 900 }
const NARROW = { width: 360, height: 740 }
const MAX_BYTES = 150_000
/** About what a model takes; the stand-in would answer at once. */
const MODEL = { kind: 'slow', ms: 1_100 } as const

const docs = join(import.meta.dirname, '..', 'docs')
mkdirSync(docs, { recursive: true })
await using service = await startPageService({ MAX_PARALLEL: '1', MAX_QUEUE: '0' })
const browser = await launchChromium()
try {
  service.standIn.faults.add(MODEL)
  await fromMemory(service)
  await busy(service)
  await clipped(service)
  await fallback(service)
  await narrow(service)
} finally {
  await browser.close()
}

/** The same recording twice: computed, then out of memory. */
async function fromMemory({ url }: PageService): Promise<void> {
  const page = await open(url, WIDE, 'light')
  await answered(page, 'pauses')
  await answered(page, 'calm')
  await answered(page, 'pauses')
  await shoot(page, 'page')
}

async function clipped({ url }: PageService): Promise<void> {
  const page = await open(url, WIDE, 'dark')
  await answered(page, 'pauses')
  await answered(page, 'clipped')
  await shoot(page, 'page-dark')
}

/** One analysis takes the only place, so that the next is refused. */
async function busy({ url }: PageService): Promise<void> {
  const other = await open(url, WIDE, 'light')
  const page = await open(url, WIDE, 'light')
  await answered(page, 'pauses')
  await send(other, 'fast')
  await other.locator('#status[data-state=busy]').waitFor()
  await send(page, 'high')
  await page.locator('#status[data-state=failed]').waitFor()
  await shoot(page, 'page-busy')
  await other.locator('#status[data-state=done]').waitFor()
}

async function fallback({ url, standIn }: PageService): Promise<void> {
  const page = await open(url, WIDE, 'light')
  standIn.faults.clear()
  standIn.faults.add({ kind: 'emptyChoices' })
  await answered(page, 'high')
  await shoot(page, 'page-fallback')
  standIn.faults.clear()
}

async function narrow({ url }: PageService): Promise<void> {
  const page = await open(url, NARROW, 'light')
  await answered(page, 'pauses')
  await shoot(page, 'page-narrow')
}

async function open(url: string, viewport: typeof WIDE, colorScheme: Scheme): Promise<Page> {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' })
  await page.goto(url)
  return page
}

async function answered(page: Page, sample: string): Promise<void> {
  const rows = await page.locator('#history li').count()
  await send(page, sample)
  await page.locator(`#history li:nth-child(${rows + 1})`).waitFor()
  await page.locator('#status[data-state=done]').waitFor()
}

async function send(page: Page, sample: string): Promise<void> {
  await page.setInputFiles('#file', join(import.meta.dirname, '..', 'samples', `${sample}.wav`))
}

async function shoot(page: Page, name: string): Promise<void> {
  const png = indexedPng(await page.screenshot({ fullPage: true }))
  await page.close()
  console.log(`${name}.png: ${png.length} bytes`)
  if (png.length > MAX_BYTES) throw new Error(`${name}.png must be at most ${MAX_BYTES} bytes, got ${png.length}`)
  writeFileSync(join(docs, `${name}.png`), png)
}
