import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';

const require = createRequire(import.meta.url);
const interWeights = ['400Regular', '500Medium', '600SemiBold', '700Bold'];

/** A folder of this user's own, which survives the process so that fontconfig scans the fonts only once. */
export function defaultFontFolder(): string {
  return join(tmpdir(), `liqmap-fonts-${process.getuid?.() ?? 'user'}`);
}

/**
 * Writes a fontconfig file that knows Inter (400 to 700) and, for what Inter lacks, DejaVu Sans, and no font of the
 * machine, so that a picture looks the same everywhere. Returns its path. The name follows from the content and the
 * file appears whole, so any number of processes and checkouts may do this at once.
 *
 * @throws UserError when the folder belongs to somebody else, who could swap the fonts.
 */
export function writeFontConfig(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid !== undefined && lstatSync(folder).uid !== process.getuid()) {
    throw new UserError(
      `${folder} belongs to another user. Remove it, or set TMPDIR to a folder of your own.`,
    );
  }
  const content = fontConfig(join(folder, 'cache'));
  const file = join(folder, `fonts-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.conf`);
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
  return file;
}

/**
 * Elements: https://fontconfig.pages.freedesktop.org/fontconfig/fontconfig-user.html. The other fonts in DejaVu's folder
 * are hidden by pattern, as globs fail in the fontconfig of sharp 0.35.5 where the working folder holds the fonts.
 * Nothing is looked up again later: a cleaner of temporary folders must not take the fonts from a running process.
 */
function fontConfig(cacheFolder: string): string {
  const inter = dirname(require.resolve('@expo-google-fonts/inter/package.json'));
  const dejavu = dirname(require.resolve('dejavu-fonts-ttf/package.json'));
  const folders = [...interWeights.map((weight) => join(inter, weight)), join(dejavu, 'ttf')];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
${folders.map((folder) => `  <dir>${escapeXml(folder)}</dir>`).join('\n')}
  <cachedir>${escapeXml(cacheFolder)}</cachedir>
  <config><rescan><int>0</int></rescan></config>
  <selectfont>
    <acceptfont>
      <pattern><patelt name="family"><string>Inter</string></patelt></pattern>
      <pattern><patelt name="fullname"><string>DejaVu Sans</string></patelt></pattern>
      <pattern><patelt name="fullname"><string>DejaVu Sans Bold</string></patelt></pattern>
    </acceptfont>
    <rejectfont><pattern/></rejectfont>
  </selectfont>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Inter</string></edit>
    <edit name="family" mode="append_last"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
