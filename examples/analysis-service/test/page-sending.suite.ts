import { readFile } from 'node:fs/promises'
import { gate } from '@org/testkit'
import { describe, expect, test } from 'vitest'
import { answered, CALM, drop, openPage, PAUSES, told } from './page.fixture.ts'

/** How a recording gets to the service. */
export function sendingSuite(): void {
  describe('Sending from the page', () => {
    test('sends the shortest pause that is chosen', async () => {
      const page = await openPage()
      await page.getByLabel('Shortest pause').fill('0.65')
      await page.setInputFiles('#file', PAUSES)
      await answered(page, 1)
      expect(await page.locator('.pause text').allTextContents()).toEqual(['0.70 s'])
    })

    test('refuses a pause length out of bounds without asking the service', async () => {
      const page = await openPage()
      for (const wrong of ['0.05', '11', '-1']) {
        await page.getByLabel('Shortest pause').fill(wrong)
        await page.setInputFiles('#file', PAUSES)
        await told(page, 'The shortest pause must be a number of 0.1 to 10 seconds.')
      }
      expect(await page.locator('#history li').count()).toBe(0)
    })

    test('takes one file at a time', async () => {
      const page = await openPage()
      await drop(page, 'talk.wav', await readFile(CALM), 2)
      await told(page, 'Those were 2 files. Please send one recording at a time.')
      expect(await page.locator('#history li').count()).toBe(0)
    })

    test('shows progress while it waits, and drops an answer that a newer request has overtaken', async () => {
      const page = await openPage()
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
      const page = await openPage()
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
      const page = await openPage()
      await page.dispatchEvent('h1', 'dragover')
      expect(await page.locator('.is-dragging .drop').count()).toBe(1)
      await page.dispatchEvent('body', 'dragleave')
      expect(await page.locator('.is-dragging').count()).toBe(0)
    })
  })
}
