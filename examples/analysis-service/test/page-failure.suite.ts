import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Route } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { answered, CALM, complaints, drop, failure, openPage, told } from './page.fixture.ts'

/** What the page says when there is no answer. */
export function failureSuite(): void {
  describe('A failure on the page', () => {
    test('tells in words why the service refused or failed, and goes on afterwards', async () => {
      const page = await openPage()
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
      expect(complaints().filter((words) => !words.startsWith('Failed to load resource'))).toEqual([])
    })

    test('tells what is wrong with a file that is no recording', async () => {
      const page = await openPage()
      await page.setInputFiles('#file', join(import.meta.dirname, 'page.test.ts'))
      await page.locator('#status[data-state=failed]').waitFor()
      expect(await page.locator('#status-words').textContent()).toMatch(
        /^The recording was not analysed \(4\d\d\): .+\.$/,
      )
      expect(await page.locator('#result-title').textContent()).toBe('No recording yet')
    })

    test('tells that a recording is too large', async () => {
      const page = await openPage()
      await drop(page, 'long.wav', Buffer.concat([await readFile(CALM), Buffer.alloc(1024 ** 2)]))
      await page.locator('#status[data-state=failed]').waitFor()
      expect(await page.locator('#status-words').textContent()).toMatch(/^The recording is too large: .+\.$/)
    })

    test('tells when the service cannot be reached', async () => {
      const page = await openPage()
      await page.route('**/analyze*', (route) => route.abort('connectionrefused'))
      await page.setInputFiles('#file', CALM)
      await told(page, 'The service could not be reached, or it broke off the upload. Is it running? Then try again.')
    })

    test('tells when the file is gone before it is sent again', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'page-'))
      const file = join(folder, 'gone.wav')
      await writeFile(file, await readFile(CALM))
      const page = await openPage()
      await page.setInputFiles('#file', file)
      await answered(page, 1)
      await rm(folder, { recursive: true })
      await page.getByRole('button', { name: 'Analyse again' }).click()
      await told(page, 'The file could not be read: it is a folder, or was moved or changed. Choose it again.')
    })
  })
}
