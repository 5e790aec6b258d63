/** The names under which Pulumi asks for a version of the plugin. */
export function archiveNames(version: string): readonly string[];
/** Writes the archive of a folder with the built plugin. */
export function archivePlugin(plugin: string, file: string): Promise<void>;
/** Fills a folder with the archive under each name; answers the files. */
export function archivesIn(folder: string, plugin: string, version: string): Promise<readonly string[]>;
