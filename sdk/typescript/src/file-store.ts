import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigurationStore } from './configurations.js';

/** Keeps caches as files of one folder, readable by their owner only. */
export class FileStore implements ConfigurationStore {
  constructor(readonly folder: string) {}

  async load(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.#pathOf(key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The file is the old one or the new one, never a part. */
  async save(key: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = `${this.#pathOf(key)}.${randomUUID()}`;
    try {
      await writeFile(part, text, { mode: 0o600, flush: true });
      await rename(part, this.#pathOf(key));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  #pathOf(key: string): string {
    return join(this.folder, `${key}.json`);
  }
}
