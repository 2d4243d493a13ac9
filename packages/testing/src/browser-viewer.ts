import type { Locator, Page } from 'playwright-core'

/** How long a viewer may take to show what a test waits for, in milliseconds. */
const patience = 15_000

export interface Grid {
  columns: string[]
  rows: string[][]
}

/** A grouped grid. */
export interface Tree {
  /** The titles of its columns, without those of the tree. With `split_by` they repeat for each of `splits`. */
  columns: string[]
  /** The texts above the titles. */
  splits: string[]
  rows: { label: string; level: number; isOpen: boolean | undefined; cells: string[] }[]
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

/** A field of the panel that takes columns by name. */
export type Field =
  | 'group_by'
  | 'split_by'
  | 'sort'
  | 'filter'
  | 'window-source'
  | 'window-order-by'
  | 'window-partition-by'

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

  /** What a grouped grid shows at one moment. */
  tree(): Promise<Tree> {
    return this.page.locator('perspective-viewer-datagrid regular-table').evaluate((table) => {
      const texts = (cells: Iterable<Element>) => Array.from(cells, (cell) => cell.textContent ?? '')
      const titles = table.querySelector('thead #psp-column-titles')
      const above = Array.from(table.querySelectorAll('thead tr')).filter((row) => row.id === '')
      const label = (row: Element) => {
        const cell = row.querySelector('th.psp-tree-label, th.psp-tree-leaf')
        const is = (name: string) => cell?.classList.contains(name) ?? false
        const isOpen = is('psp-tree-label-collapse') || (is('psp-tree-label-expand') ? false : undefined)
        const level = Number(/rt-col-(\d+)/.exec(cell?.className ?? '')?.[1] ?? -1)
        return { label: cell?.textContent ?? '', level, isOpen }
      }
      return {
        columns: texts(titles?.children ?? []).filter((text) => text !== ''),
        splits: above.flatMap((row) => texts(row.children)).filter((text) => text !== ''),
        rows: Array.from(table.querySelectorAll('tbody tr'), (row) => ({
          ...label(row),
          cells: texts(row.querySelectorAll('td')),
        })),
      }
    })
  }

  /** Waits until `good` holds for the grouped grid. */
  growing(what: string, good: (tree: Tree) => boolean): Promise<Tree> {
    return this.until(what, () => this.tree(), good)
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
    await this.clear('sort')
    await this.add('sort', column)
  }

  /** Types a column's name into one of the panel's fields, and takes it. */
  async add(field: Field, column: string): Promise<void> {
    const input = this.page.locator(`#${field} .column-empty-input`)
    await input.fill(column)
    await input.press('Enter')
    await this.page.locator(`#${field} .column_name`, { hasText: column }).waitFor()
  }

  /** Removes every column from one of the panel's fields, by their crosses. */
  async clear(field: Field): Promise<void> {
    const crosses = this.page.locator(`#${field} .row_close`)
    for (let left = await crosses.count(); left > 0; left--) {
      await crosses.first().click()
      await this.until(
        'one column less',
        () => crosses.count(),
        (count) => count < left,
      )
    }
  }

  /** Goes on to the next direction of a column in Order By, by its arrow. */
  async turn(column: string): Promise<void> {
    await this.page.locator('#sort .pivot-column', { hasText: column }).locator('.sort-icon').click()
  }

  /** Chooses a column's aggregate. The grid has to be grouped. */
  async aggregate(column: string, aggregate: string): Promise<void> {
    await this.activeColumn(column).locator('.aggregate-selector select').selectOption(aggregate)
  }

  /** Shows or hides a column, by its box. */
  async toggle(column: string): Promise<void> {
    await this.activeColumn(column).locator('.toggle-mode').click()
  }

  /** Makes a window column in the panel beside, and shows it. */
  async addWindow(name: string, spec: { op: string; of: string; orderBy: string; partitionBy: string }): Promise<void> {
    const { page } = this
    await page.locator('#add-expression').click()
    await page.locator('.settings_tab', { has: page.locator('#Window') }).click()
    await page.locator('#column_settings_sidebar .sidebar_header_title').fill(name)
    await this.add('window-source', spec.of)
    await this.add('window-order-by', spec.orderBy)
    await this.add('window-partition-by', spec.partitionBy)
    await page.locator('#window-source .aggregate-selector select').selectOption(spec.op)
    await page.locator('#psp-expression-editor-button-save').click()
    await page.locator('#column_settings_close_button').click()
    await this.toggle(name)
  }

  /** Clicks a column's title in the grid, which sorts by it. */
  async clickTitle(title: string): Promise<void> {
    await this.page.locator('perspective-viewer-datagrid #psp-column-titles th', { hasText: title }).click()
  }

  /** Opens or closes a row of a grouped grid. */
  async toggleRow(label: string): Promise<void> {
    const cell = this.page.locator('perspective-viewer-datagrid th.psp-tree-label', { hasText: label })
    await cell.first().click({ position: { x: 6, y: 8 } })
  }

  /** Adds `column` to the settings panel's Where, types the beginning of `value` and takes it from the suggestions. */
  async where(column: string, value: string): Promise<void> {
    await this.add('filter', column)
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

  private activeColumn(name: string): Locator {
    const named = this.page.locator('.column_name').getByText(name, { exact: true })
    return this.page.locator('#settings_panel .column-selector-column', { has: named })
  }

  /** Opens the editor of a new expression; the settings panel must be open. */
  async openExpression(): Promise<void> {
    await this.page.locator('#add-expression').click()
    await this.page.locator('#textarea_editable').waitFor()
  }

  /** Types over the text of the expression that is open. */
  async typeExpression(text: string): Promise<void> {
    await this.page.locator('#textarea_editable').fill(text)
  }

  /** What the editor says of the expression: its message, the underlined text, and whether it can be made a column. */
  async expressionState(): Promise<{ error: string; underlined: string; canCreate: boolean }> {
    const mark = this.page.locator('#content .error_highlight')
    return {
      error: (await this.page.locator('#psp-expression-editor-meta .error').textContent()) ?? '',
      underlined: (await mark.allTextContents()).join(''),
      canCreate: await this.page.locator('#psp-expression-editor-button-save').isEnabled(),
    }
  }

  /** Makes a column of the expression that is open and shows it. */
  async createExpression(name: string): Promise<void> {
    await this.page.locator('#psp-expression-editor-button-save').click()
    const made = this.page.locator('#sub-columns .column-selector-column', { hasText: name })
    await made.locator('.toggle-mode').click()
  }
}
