import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { answered, CALM, changed, drop, failure, openPage, told } from './page.fixture.ts'

const HOSTILE = `<img src=x onerror="document.title='owned'">.wav`

/** What a hostile answer or name cannot do. */
export function safetySuite(): void {
  describe('The safety of the page', () => {
    test('shows hostile names and texts as text', async () => {
      const page = await openPage()
      await page.route('**/analyze*', async (route) => {
        await changed(route, (answer) => ({
          ...answer,
          requestId: HOSTILE,
          feedback: { text: HOSTILE, source: 'llm' },
        }))
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

    test.each([
      ['a script in its markup', 'script-src-elem', `add('script', { textContent: 'document.title = "owned"' })`],
      ['a handler in its markup', 'script-src-attr', `document.body.setAttribute('onclick', '1')`],
      ['a style in its markup', 'style-src-elem', `add('style', { textContent: '* { color: red }' })`],
      ['a picture from elsewhere', 'img-src', `add('img', { src: 'https://elsewhere.invalid/a.png' })`],
      ['a script from elsewhere', 'script-src-elem', `add('script', { src: 'https://elsewhere.invalid/a.js' })`],
      ['a request to elsewhere', 'connect-src', `fetch('https://elsewhere.invalid/').catch(() => {})`],
      ['a frame from elsewhere', 'frame-src', `add('iframe', { src: 'https://elsewhere.invalid/' })`],
      ['another base', 'base-uri', `add('base', { href: 'https://elsewhere.invalid/' })`],
    ])('refuses %s', async (_, directive, attempt) => {
      const page = await openPage()
      const refused = await page.evaluate<string>(
        `new Promise((resolve) => {
          const add = (tag, attributes) => document.head.append(Object.assign(document.createElement(tag), attributes))
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
          ${attempt}
        })`,
      )
      expect(refused).toBe(directive)
      expect(await page.title()).toBe('Speech analysis')
    })
  })
}
