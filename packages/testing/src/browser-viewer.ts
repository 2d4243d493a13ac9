import type { Page } from 'playwright-core'

/** How long a viewer may take to show what a test waits for, in milliseconds. */
const patience = 15_000

export interface Grid {
  columns: string[]
  rows: string[][]
}

/** What is used of `<perspective-viewer>` beyond the mouse. */
interface ViewerElement extends HTMLElement {
  restore(config: object): Promise<void>
  flush(): Promise<void>
}

/** The texts of one column of a grid, top to bottom; none when the grid does not show that column. */
export function column(grid: Grid, title: string): string[] {
  const index = grid.columns.indexOf(title)
  return index < 0 ? [] : grid.rows.map((row) => row[index] ?? '')
}

/** Drives the one `<perspective-viewer>` with a datagrid on a page, the way a person does: by mouse and keyboard. */
export class ViewerDriver {
  constructor(private readonly page: Page) {}

  /** What the grid shows at one moment: the titles of its visible columns, and the texts of its visible rows. */
  grid(): Promise<Grid> {
    return this.page.locator('perspective-viewer-datagrid regular-table').evaluate((table) => {
      const texts = (row: Element | null) => Array.from(row?.children ?? [], (cell) => cell.textContent ?? '')
      return {
        columns: texts(table.querySelector('thead tr')),
        rows: Array.from(table.querySelectorAll('tbody tr'), texts),
      }
    })
  }

  /** Waits until `good` holds for the grid; `what` says it in words. Returns the grid that did. */
  showing(what: string, good: (grid: Grid) => boolean): Promise<Grid> {
    return this.until(what, () => this.grid(), good)
  }

  /** Reads with `read` on every frame until `good` holds, and returns what was read. */
  async until<T>(what: string, read: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
    const deadline = Date.now() + patience
    for (;;) {
      const value = await read()
      if (good(value)) return value
      if (Date.now() > deadline) {
        throw new Error(`not within ${patience} ms: ${what}; last seen: ${JSON.stringify(value)?.slice(0, 500)}`)
      }
      await this.page.evaluate(() => new Promise(requestAnimationFrame))
    }
  }

  /** Sets the config of the viewer, as its `restore` does (what is not named is cleared, but for the columns), and waits until it is drawn. */
  async restore(config: object): Promise<void> {
    const cleared = {
      columns: null,
      group_by: [],
      split_by: [],
      sort: [],
      filter: [],
      expressions: {},
      aggregates: {},
      group_rollup_mode: 'rollup',
    }
    await this.page.evaluate(
      async (update) => {
        const viewer = document.querySelector<ViewerElement>('perspective-viewer')!
        await viewer.restore(update)
        await viewer.flush()
      },
      { ...cleared, ...config },
    )
  }

  async openSettings(): Promise<void> {
    await this.page.locator('perspective-viewer .psp-tab-settings').click()
    await this.page.locator('#settings_panel').waitFor()
  }

  /** Removes every column from the settings panel's Order By, then puts `column` there. */
  async orderBy(column: string): Promise<void> {
    const close = this.page.locator('#sort .row_close')
    while ((await close.count()) > 0) await close.first().click()
    await this.addTo('#sort', column)
  }

  /** Adds `column` to the settings panel's Where, types the beginning of `value` and takes it from the suggestions. */
  async where(column: string, value: string): Promise<void> {
    await this.addTo('#filter', column)
    const input = this.page.locator('#filter .pivot-column:not(.column-empty) input')
    await input.fill(value.slice(0, -1))
    await this.page.locator('perspective-dropdown .selected', { hasText: value }).waitFor()
    await input.press('Enter')
  }

  /** Types `text` over the cell in visible row `row` of `title`. */
  async edit(row: number, title: string, text: string): Promise<void> {
    const { columns } = await this.grid()
    const cell = this.page
      .locator('perspective-viewer-datagrid tbody tr')
      .nth(row)
      .locator('td')
      .nth(columns.indexOf(title))
    await cell.click()
    await cell.fill(text)
    await cell.press('Enter')
  }

  private async addTo(section: '#sort' | '#filter', column: string): Promise<void> {
    await this.page.locator(`${section} .column-empty-input`).fill(column)
    await this.page.locator(`${section} .column-empty-input`).press('Enter')
    await this.page.locator(`${section} .column_name`, { hasText: column }).waitFor()
  }
}
