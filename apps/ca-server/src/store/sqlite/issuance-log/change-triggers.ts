import type { RecordedTable } from '../recorded-tables.ts'

/** The condition of a table over NEW, OLD or the table's own name. */
export const conditionOf = ({ when }: RecordedTable, row: string): string =>
  when === undefined ? '1' : `(${when.replaceAll('$.', `${row}.`)})`

/**
 * Temporary triggers, of this connection alone, that hand every change of a recorded row to the
 * function `note_<table>`, and keep a key from changing.
 */
export const changeTriggersOf = (recorded: RecordedTable): string => {
  const { table, key, columns } = recorded
  const all = [...key, ...columns]
  const [isNow, wasThen] = [conditionOf(recorded, 'NEW'), conditionOf(recorded, 'OLD')]
  const differ = (names: readonly string[]) =>
    names.map((name) => `NEW.${name} IS NOT OLD.${name}`).join(' OR ')
  const valuesOf = (row: string) => all.map((name) => `${row}.${name}`).join(', ')
  return `
    CREATE TEMP TRIGGER note_insert_${table} AFTER INSERT ON main.${table} WHEN ${isNow}
    BEGIN SELECT note_${table}(1, ${valuesOf('NEW')}); END;
    CREATE TEMP TRIGGER note_update_${table} AFTER UPDATE OF ${all.join(', ')} ON main.${table}
    WHEN (${isNow} OR ${wasThen}) AND (${differ(columns)})
    BEGIN SELECT note_${table}(${isNow}, ${valuesOf('NEW')}); END;
    CREATE TEMP TRIGGER note_delete_${table} AFTER DELETE ON main.${table} WHEN ${wasThen}
    BEGIN SELECT note_${table}(0, ${valuesOf('OLD')}); END;
    CREATE TEMP TRIGGER keep_key_${table} BEFORE UPDATE OF ${key.join(', ')} ON main.${table}
    WHEN ${differ(key)}
    BEGIN SELECT RAISE(ABORT, 'the key of a recorded row never changes'); END;
  `
}
