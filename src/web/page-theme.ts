import { type Theme, themes } from '../../renderers/theme.ts';

/** The colours that a page asks for with `?theme=light`; dark unless told. */
export function themeOf({ searchParams }: URL): Theme['name'] {
  const name = searchParams.get('theme');
  return name !== null && Object.hasOwn(themes, name) ? (name as Theme['name']) : 'dark';
}
