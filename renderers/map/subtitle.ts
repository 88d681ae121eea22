import type { Frame } from '../frame.ts';
import { dotted, type Run, runsWidth, setRuns, type Text } from '../marks.ts';
import { drawable } from '../text-width.ts';
import type { Theme } from '../theme.ts';
import type { HeaderFacts } from './header-facts.ts';

const size = 18;
/** Half of what a space takes at this size, on both sides of the separator. */
const gap = 8;

type Subtitle = Omit<HeaderFacts, 'symbol' | 'stamp' | 'view' | 'price'>;

/** One line of window, venues, time, age and fragility. */
export function drawSubtitle(facts: Subtitle, frame: Frame, theme: Theme): readonly Text[] {
  // Venues are shortened before anything else, then fragility goes: all of it is in the caption too.
  const whole = venueCounts(facts).map((shown) => [
    ...placeParts(facts, shown, theme),
    ...ageParts(facts, theme),
    ...fragilityParts(facts, theme),
  ]);
  const brief = [...placeParts(facts, 0, theme), ...ageParts(facts, theme)];
  return setLine([...whole, brief], { x: frame.left, y: frame.subtitleY, to: frame.right }, theme);
}

/** The market's figures with age and fragility, and below them window, venues and time. */
export function drawSquareLines(facts: Subtitle, frame: Frame, theme: Theme): readonly Text[] {
  const { left: x, right: to, factValueY, subtitleY } = frame;
  const market = [
    `OI ${facts.openInterest}${facts.openInterestChange24h === undefined ? '' : ` ${facts.openInterestChange24h}`}`,
    ...(facts.funding8h === undefined ? [] : [`funding ${facts.funding8h}`]),
  ].map((text): Run => ({ text, size, weight: 600, color: theme.text }));
  const age = ageParts(facts, theme);
  const briefly = facts.fragility.replace(/ \(.*/, '');
  const first = [
    [...market, ...age, ...fragilityParts(facts, theme)],
    [...market, ...age, ...fragilityParts({ ...facts, fragility: briefly }, theme)],
    [...market, ...age],
    [...market.slice(0, 1), ...age],
  ];
  const second = venueCounts(facts).map((shown) => placeParts(facts, shown, theme));
  return [
    ...setLine(first, { x, y: factValueY, to }, theme),
    ...setLine(second, { x, y: subtitleY, to }, theme),
  ];
}

/** The first of the wordings that fits, or else the last, its parts set apart by dots. */
function setLine(
  wordings: readonly (readonly Run[])[],
  line: { readonly x: number; readonly y: number; readonly to: number },
  theme: Theme,
): readonly Text[] {
  const lines = wordings.map((parts) => dotted(parts, theme.muted));
  const fitting = lines.find((runs) => runsWidth(runs, gap) <= line.to - line.x) ?? lines.at(-1)!;
  return setRuns(fitting, { ...line, gap });
}

function venueCounts({ venuesIn }: Subtitle): readonly number[] {
  return Array.from({ length: venuesIn.length + 1 }, (_, hidden) => venuesIn.length - hidden);
}

function placeParts(facts: Subtitle, shownVenues: number, theme: Theme): readonly Run[] {
  const plain = { size, weight: 400, color: theme.muted } as const;
  const loud = { size, weight: 700, color: theme.warning } as const;
  return [
    { size, weight: 600, color: theme.text, text: facts.window },
    { ...plain, text: shorten(facts.venuesIn, shownVenues) || 'no venue' },
    ...(facts.loading.length > 0 ? [{ ...loud, text: `LOADING: ${shorten(facts.loading, 2)}` }] : []),
    { ...plain, text: facts.time },
  ];
}

function ageParts({ stale, dataAge }: Subtitle, theme: Theme): readonly Run[] {
  if (stale.length > 0)
    return [{ size, weight: 700, color: theme.warning, text: `STALE: ${shorten(stale, 2)}` }];
  return dataAge === undefined ? [] : [{ size, weight: 600, color: theme.text, text: `data ${dataAge}` }];
}

function fragilityParts({ fragility: text, isFragile }: Subtitle, theme: Theme): readonly Run[] {
  if (text === '') return [];
  return isFragile
    ? [{ size, weight: 700, color: theme.warning, text }]
    : [{ size, weight: 400, color: theme.muted, text }];
}

/** The first `shown` names, and how many more there are. */
function shorten(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  const list = names.slice(0, shown).map(drawable).join(', ');
  if (rest <= 0) return list;
  if (shown === 0) return names.length === 1 ? '1 venue' : `${names.length} venues`;
  return `${list} +${rest}`;
}
