import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  answered,
  CALM,
  changed,
  complaints,
  drawn,
  drop,
  figures,
  fresh,
  openPage,
  PAUSES,
  recorded,
  SAMPLES,
  standIn,
} from './page.fixture.ts'

/** What the page shows of an answer. */
export function answerSuite(): void {
  describe('An answer on the page', () => {
    test('shows the figures and draws the picture of a recording that is dropped on it', async () => {
      const page = await openPage()
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
      expect(complaints()).toEqual([])
    })

    test('tells that the second answer for the same recording comes from memory', async () => {
      const page = await openPage()
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
      expect(complaints()).toEqual([])
    })

    test("shows each request's own id", async () => {
      const page = await openPage()
      const answers = await recorded(page)
      for (const count of [1, 2]) {
        await page.setInputFiles('#file', CALM)
        await answered(page, count)
        expect(await page.locator('#request-id').textContent()).toBe(answers.at(-1)?.requestId)
      }
      expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(2)
    })

    test('marks feedback that is only the fallback', async () => {
      const page = await openPage()
      standIn().faults.add({ kind: 'emptyChoices' })
      await drop(page, 'talk.wav', await fresh(CALM))
      await answered(page, 1)
      expect(await page.locator('#feedback-source').textContent()).toMatch(/^Fallback: /)
      expect(await page.locator('#feedback-text').textContent()).toMatch(/^Your pace of /)
      standIn().faults.clear()
      await drop(page, 'talk.wav', await fresh(CALM))
      await answered(page, 2)
      expect(await page.locator('#feedback-source').textContent()).toBe('written by the language model')
    })

    test('warns of clipping, and says where no voice was found', async () => {
      const page = await openPage()
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
      expect(complaints()).toEqual([])
    })
  })
}
