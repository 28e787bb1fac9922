import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Acoustics } from '../src/analysis/acoustics.ts'
import type { AnalysisResponse } from '../src/http/analysis-response.ts'
import { answered, changed, figures, openPage, PAUSES, recorded } from './page.fixture.ts'

/** What the page draws. */
export function pictureSuite(): void {
  describe('The picture on the page', () => {
    test('shades the pauses where they are in the recording', async () => {
      const page = await openPage()
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

    test('leaves out pitches that are far beyond the voice, and breaks the curve there', async () => {
      const page = await openPage()
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

    test('draws a thousand pauses within its bounds, with no word over another, and counts them all', async () => {
      const page = await openPage({ viewport: { width: 1120, height: 900 } })
      await page.route('**/analyze*', async (route) => {
        await changed(route, (answer) => ({ ...answer, acoustics: { ...answer.acoustics, ...manyPauses(answer) } }))
      })
      await page.setInputFiles('#file', PAUSES)
      await answered(page, 1)
      expect(await figures(page)).toMatchObject({ Pauses: '1234' })
      expect(await page.getByRole('img', { name: /, 1234 pauses$/ }).count()).toBe(1)
      expect(await page.locator('.pause rect').count()).toBe(1000)
      const [frame] = await boxes(page, '.grid')
      for (const { left, right } of await boxes(page, '.pause rect, .pause text')) {
        expect(left).toBeGreaterThanOrEqual(frame!.left - 0.5)
        expect(right).toBeLessThanOrEqual(frame!.right + 0.5)
      }
      const words = await boxes(page, '.pause text')
      expect(words.length).toBeGreaterThan(5)
      for (const [at, { left }] of words.entries())
        expect(left).toBeGreaterThanOrEqual(words[at - 1]?.right ?? frame!.left)
      // 2000 edges would be one surface.
      expect(await page.locator('.pause path').count()).toBe(0)
    })
  })
}

interface Reach {
  readonly left: number
  readonly right: number
}

/** From where to where on the screen, in the order of the recording. */
async function boxes(page: Page, selector: string): Promise<Reach[]> {
  return page.evaluate<Reach[]>(
    `[...document.querySelectorAll('${selector}')].map((each) => each.getBoundingClientRect()).map(({ left, right }) => ({ left, right }))`,
  )
}

function manyPauses({ acoustics }: AnalysisResponse): Pick<Acoustics, 'pauses' | 'pauseCount'> {
  const step = acoustics.durationSeconds / 1000
  const pauses = Array.from({ length: 1000 }, (_, at) => ({ startSeconds: at * step, seconds: step / 2 }))
  return { pauses, pauseCount: 1234 }
}
