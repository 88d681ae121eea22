// The chat window: lines go out, messages come in, buttons change the message that they stand under.
(() => {
  const byId = (id) => document.getElementById(id);
  const [log, field, list, link] = ['log', 'text', 'offers', 'link'].map(byId);
  const lost = 'That did not arrive. Is Liqmap still running? Please try again.';

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /** What the service answers; a problem in its words, or in ours where it does not answer. */
  const ask = async (path, body) => {
    const options = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    try {
      const answer = await fetch(path, options);
      if (answer.ok) return await answer.json();
      return { text: (await answer.text()).trim() || lost, buttons: [], isAside: true, isProblem: true };
    } catch {
      return { text: lost, buttons: [], isAside: true, isProblem: true };
    }
  };

  const isAtEnd = () => {
    const main = log.parentElement;
    return main.scrollHeight - main.scrollTop - main.clientHeight < 150;
  };

  const toEnd = (article) => article.scrollIntoView({ block: 'nearest' });

  const pictureOf = ({ picture, page }) => {
    const image = element('img', { src: picture.src, alt: picture.alt });
    const anchor = element('a', { href: page ?? picture.src, target: '_blank', rel: 'noopener' }, image);
    const wasAtEnd = isAtEnd();
    image.addEventListener('load', () => wasAtEnd && toEnd(anchor.parentElement ?? anchor));
    return anchor;
  };

  const rowsOf = (shown, article) => [
    ...shown.buttons
      .filter((row) => row.length > 0)
      .map((row) =>
        element(
          'div',
          { className: 'row' },
          ...row.map(({ label, code }) => {
            const button = element('button', { type: 'button', textContent: label });
            button.addEventListener('click', () => press(code, button, article));
            return button;
          }),
        ),
      ),
    ...(shown.page
      ? [
          element(
            'div',
            { className: 'row' },
            element('a', {
              className: 'button',
              href: shown.page,
              target: '_blank',
              rel: 'noopener',
              textContent: 'Open the map',
            }),
          ),
        ]
      : []),
  ];

  /** Puts a message into an article; what was in it goes. */
  const fill = (article, shown, title) => {
    article.className = shown.isProblem ? 'problem' : title ? 'alert' : '';
    article.dataset.stays = shown.isAside ? 'yes' : '';
    const words = element('p', { textContent: shown.text });
    const picture = shown.picture ? [pictureOf(shown)] : [];
    article.replaceChildren(
      // An alert is to be read at once; of an answer the picture is what was asked for.
      ...(title ? [element('h2', { textContent: title }), words, ...picture] : [...picture, words]),
      ...rowsOf(shown, article),
    );
  };

  const add = (shown, title) => {
    const article = element('article', { tabIndex: -1 });
    fill(article, shown, title);
    const wasAtEnd = isAtEnd();
    log.append(article);
    if (wasAtEnd || !title) toEnd(article);
    return article;
  };

  const press = async (code, button, article) => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    const hadFocus = document.activeElement === button;
    button.setAttribute('aria-disabled', 'true');
    article.setAttribute('aria-busy', 'true');
    const shown = await ask('/chat/press', { code });
    button.removeAttribute('aria-disabled');
    article.removeAttribute('aria-busy');
    if (shown.isAside || article.dataset.stays) return void add(shown);
    fill(article, shown);
    if (!hadFocus) return;
    // Whoever presses by the keyboard stays where they were.
    const same = [...article.querySelectorAll('button')].find(
      ({ textContent }) => textContent === button.textContent,
    );
    (same ?? article.querySelector('button') ?? article).focus();
  };

  const say = async (text) => {
    const mine = element('article', { className: 'mine' }, element('p', { textContent: text }));
    const waiting = element('article', { tabIndex: -1 }, element('p', { textContent: '...' }));
    waiting.setAttribute('aria-busy', 'true');
    log.append(mine, waiting);
    toEnd(waiting);
    const shown = await ask('/chat/say', { text });
    waiting.removeAttribute('aria-busy');
    fill(waiting, shown);
    if (shown.isProblem || shown.isAside) waiting.dataset.stays = '';
    toEnd(waiting);
  };

  // Completion: a list above the line, walked through by the arrow keys.
  const offers = { items: [], at: -1, asked: 0 };

  const close = () => {
    list.hidden = true;
    offers.items = [];
    offers.at = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  const mark = (at) => {
    offers.at = at;
    for (const [i, item] of [...list.children].entries()) item.setAttribute('aria-selected', `${i === at}`);
    const current = list.children[at];
    if (current) field.setAttribute('aria-activedescendant', current.id);
    else field.removeAttribute('aria-activedescendant');
    current?.scrollIntoView({ block: 'nearest' });
  };

  const take = (offer) => {
    field.value = offer.text;
    field.focus();
    complete();
  };

  const complete = async () => {
    offers.asked += 1;
    const turn = offers.asked;
    const found = await ask(`/chat/offers?text=${encodeURIComponent(field.value)}`);
    // Only what was typed last counts, and only while it stands there.
    if (turn !== offers.asked || !Array.isArray(found) || field.value === '') return;
    close();
    if (found.length === 0) return;
    offers.items = found;
    list.replaceChildren(
      ...found.map((offer, i) => {
        const item = element(
          'div',
          { id: `offer-${i}` },
          element('span', { textContent: offer.label }),
          element('small', { textContent: offer.note }),
        );
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          take(offer);
        });
        return item;
      }),
    );
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
  };

  field.addEventListener('input', () => (field.value === '' ? close() : complete()));
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    const { length } = offers.items;
    if (length === 0) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      const from = offers.at < 0 && event.key === 'ArrowUp' ? length : offers.at;
      mark((from + steps[event.key] + length) % length);
    } else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && offers.at >= 0) {
      event.preventDefault();
      take(offers.items[offers.at]);
    }
  });

  byId('say').addEventListener('submit', (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = '';
    offers.asked += 1;
    close();
    field.focus();
    if (text !== '') say(text);
  });

  const alerts = new Map();
  const listen = () => {
    const source = new EventSource('/chat/events');
    source.addEventListener('open', () => (link.textContent = ''));
    source.addEventListener('alert', ({ data }) => {
      const entry = JSON.parse(data);
      const title = `Alert, ${new Date(entry.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      const known = alerts.get(entry.key);
      if (known?.text === data) return;
      if (known) fill(known.article, { ...entry, isAside: true }, title);
      alerts.set(entry.key, {
        text: data,
        article: known?.article ?? add({ ...entry, isAside: true }, title),
      });
    });
    source.addEventListener('error', () => {
      link.textContent = 'Connection lost; trying again.';
      // The browser gives up for good where it was answered otherwise than by a stream.
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(listen, 5000);
    });
  };

  ask('/chat/hello').then((shown) => {
    add(shown);
    listen();
    field.focus();
  });
})();
