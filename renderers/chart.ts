/** A picture as data: what to draw (`template`), and what to draw it from. */
export type Chart = {
  /** Names the template: charts of equal key have equal templates, so one is compiled for all of them. */
  readonly key: string;
  /** A vega-lite specification that names its data sets and parameters but holds none of their values. */
  readonly template: object;
  readonly data: Readonly<Record<string, readonly object[]>>;
  readonly params: Readonly<Record<string, number>>;
  /** Pixels of the picture by px of the template; 1 unless told. */
  readonly pixelRatio?: number;
};

/** Turns a chart into PNG: `renderPng` here and now, a pool of threads or another process elsewhere. */
export type Draw = (chart: Chart) => Promise<Buffer>;
