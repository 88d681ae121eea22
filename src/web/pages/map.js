// A map's page: the chart in the place of the picture, a walk through its bins, and on a live page whatever is new.
(() => {
  const byId = (id) => document.getElementById(id);
  const { data, events, madeMs, nowMs, oldMs } = document.body.dataset;
  const light = matchMedia('(prefers-color-scheme: light)');
  const shown = { madeMs: Number(madeMs), aheadMs: Number(nowMs) - Date.now(), bins: [], view: undefined };
  const words = {
    price: 'Price',
    distance: 'Distance',
    usd: 'Liquidated here',
    band: '80 % band',
    leverage: 'Leverage',
    venues: 'Venues',
    onTheWay: 'On the way there',
  };

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const ago = (ms) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 90) return `${seconds} s old`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) return `${minutes} min old`;
    return minutes < 2880 ? `${Math.round(minutes / 60)} h old` : `${Math.round(minutes / 1440)} d old`;
  };

  /** Text that is heard when it changes is left alone when it does not. */
  const say = (id, text) => {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  };

  const showAge = () => {
    const ageMs = Date.now() + shown.aheadMs - shown.madeMs;
    const isOld = ageMs >= Number(oldMs);
    say('ago', ago(ageMs));
    say('old', isOld ? 'OLD: ' : '');
    byId('age').className = isOld ? 'age old' : 'age';
  };

  const showFacts = (facts) => {
    say('title', facts.title);
    say('stamp', facts.stamp);
    say('made', facts.made);
    byId('made').dateTime = new Date(facts.madeMs).toISOString();
    byId('lines').replaceChildren(...facts.lines.map((line) => element('li', line)));
    byId('assumptions').replaceChildren(
      ...facts.assumptions.map((line) => element('li', line.replace(/^- /, ''))),
    );
    byId('clusters').replaceChildren(
      ...facts.clusters.map((cells) => {
        const row = document.createElement('tr');
        row.append(...cells.map((cell) => element('td', cell)));
        return row;
      }),
    );
  };

  const walkTo = (index) => {
    const bin = shown.bins[index];
    if (!bin) return;
    const step = byId('step');
    step.setAttribute('aria-valuetext', `${bin.price}, ${bin.distance}: ${bin.usd} of ${bin.side}s`);
    byId('bin').replaceChildren(
      ...Object.entries(words).flatMap(([field, title]) => [element('dt', title), element('dd', bin[field])]),
    );
    if (shown.view) shown.view.signal('walked', index).run();
  };

  const showWalk = (bins) => {
    const step = byId('step');
    const before = shown.bins[Number(step.value)];
    shown.bins = bins;
    byId('walk').hidden = bins.length === 0;
    if (bins.length === 0) return;
    step.max = `${bins.length - 1}`;
    // Where one was, or else at the price.
    const from = before
      ? bins.findIndex(({ high }) => high > before.low)
      : bins.findIndex(({ side }) => side === 'short');
    step.value = `${from < 0 ? bins.length - 1 : from}`;
    walkTo(Number(step.value));
  };

  const draw = async (chart, alt) => {
    const { view } = await vegaEmbed('#chart', chart, {
      actions: false,
      defaultStyle: false,
      renderer: 'canvas',
      // No code is made from text, so that the page need not allow it.
      ast: true,
      expr: vegaInterpreter.expressionInterpreter,
      tooltip: { disableDefaultStyle: true },
    });
    shown.view = view;
    byId('chart').setAttribute('role', 'img');
    byId('chart').setAttribute('aria-label', alt);
  };

  let turn = Promise.resolve();
  const load = () => {
    turn = turn
      .then(async () => {
        const answer = await fetch(`${data}?theme=${light.matches ? 'light' : 'dark'}`);
        if (!answer.ok) throw new Error(`${answer.status}`);
        const { nowMs: now, facts, bins, chart } = await answer.json();
        shown.aheadMs = now - Date.now();
        shown.madeMs = facts.madeMs;
        showFacts(facts);
        showAge();
        await draw(
          { ...chart, datasets: { bins: bins.map((bin, index) => ({ ...bin, index })) } },
          facts.alt,
        );
        showWalk(bins);
        document.body.dataset.drawn = `${facts.madeMs}`;
      })
      .catch(() => say('link', 'The chart could not be loaded; the picture and the words stand.'));
    return turn;
  };

  const listen = () => {
    const source = new EventSource(events);
    source.addEventListener('open', () => say('link', ''));
    source.addEventListener('beat', ({ data: text }) => {
      shown.aheadMs = JSON.parse(text).nowMs - Date.now();
      showAge();
    });
    source.addEventListener('map', ({ data: text }) => {
      if (JSON.parse(text).madeMs > shown.madeMs) load();
    });
    source.addEventListener('error', () => {
      say('link', 'Connection lost; trying again.');
      // The browser gives up for good where it was answered otherwise than by a stream.
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(listen, 5000);
    });
  };

  byId('step').addEventListener('input', ({ target }) => walkTo(Number(target.value)));
  light.addEventListener('change', load);
  setInterval(showAge, 5000);
  showAge();
  load();
  if (events) listen();
})();
