// What a page can have done only by the browser. Nothing here makes HTML of text.
window.agentConsole = (() => {
  const tab = window.sessionStorage;
  const kept = window.localStorage;
  let shortcuts = null;

  document.addEventListener('keydown', event => {
    if (!shortcuts || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      shortcuts.invokeMethodAsync('OpenPaletteAsync');
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      shortcuts.invokeMethodAsync('SaveAsync');
    }
  });

  // Variables of a prompt, {{name}}, are marked by ranges over the text: there is no markup in it.
  const variable = /\{\{\s*([^{}\s]*)\s*\}\}/g;
  const highlight = name => {
    if (!window.CSS || !CSS.highlights) return null;
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
    return CSS.highlights.get(name);
  };

  // A prompt's lines are numbered where the shadow, which has the same text and wraps as the field does, has them. Of
  // thousands only those that are seen are numbered.
  const prompts = new WeakMap();
  const topOf = (node, at) => {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getClientRects()[0] ?? range.getBoundingClientRect();
  };
  const number = shadow => {
    const { starts, gutter } = prompts.get(shadow);
    const node = shadow.firstChild;
    if (!node || !shadow.clientHeight) return;
    const [seen, top] = [shadow.parentElement.getBoundingClientRect(), gutter.getBoundingClientRect().top];
    let [first, end] = [0, starts.length];
    while (end - first > 1) {
      const middle = (first + end) >> 1;
      if (topOf(node, starts[middle]).top <= seen.top) first = middle; else end = middle;
    }
    const numbers = [];
    for (let line = first; line < starts.length; line++) {
      const place = topOf(node, starts[line]);
      if (place.top > seen.bottom) break;
      const label = document.createElement('span');
      label.textContent = line + 1;
      label.style.top = `${place.top - top}px`;
      numbers.push(label);
    }
    gutter.replaceChildren(...numbers);
  };
  const resized = new ResizeObserver(entries => entries.forEach(entry => number(entry.target)));

  // A list stays at its place of the text while something is scrolled.
  let shown = null;
  const place = () => {
    if (!shown?.list.isConnected) { shown = null; return; }
    const { list, shadow, at } = shown;
    const spot = topOf(shadow.firstChild, at);
    const isBelow = spot.bottom + 4 + list.offsetHeight <= innerHeight;
    // Wherever its line is, it can be reached.
    const within = (at, size, room) => `${Math.max(4, Math.min(at, room - size - 4))}px`;
    list.style.left = within(spot.left, list.offsetWidth, innerWidth);
    list.style.top = within(isBelow ? spot.bottom + 4 : spot.top - 4 - list.offsetHeight, list.offsetHeight, innerHeight);
  };
  document.addEventListener('scroll', place, true);

  return {
    readTab: key => tab.getItem(key),
    writeTab: (key, value) => { try { value === null ? tab.removeItem(key) : tab.setItem(key, value); return true; } catch { return false; } },
    read: key => kept.getItem(key),
    write: (key, value) => value === null ? kept.removeItem(key) : kept.setItem(key, value),
    prefersDark: () => matchMedia('(prefers-color-scheme: dark)').matches,
    language: () => navigator.language,
    setLanguage: language => { document.documentElement.lang = language; },
    listen: target => { shortcuts = target; },
    copy: text => navigator.clipboard.writeText(text),
    download: (name, type, text) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
    focus: id => {
      const element = document.getElementById(id);
      if (!element) return false;
      for (let parent = element.parentElement; parent; parent = parent.parentElement) if (parent.tagName === 'DETAILS') parent.open = true;
      element.scrollIntoView({ block: 'center' });
      element.focus({ preventScroll: true });
      return true;
    },
    select: (element, from, to) => { element.focus(); element.setSelectionRange(from, to); },
    openDialog: element => { if (!element.open) element.showModal(); },
    closeDialog: element => element.close(),
    leave: isDirty => { window.onbeforeunload = isDirty ? event => event.preventDefault() : null; },
    caret: element => [element.selectionStart, element.selectionEnd],
    // As somebody types: it can be undone, and whoever listens is told.
    type: (element, from, to, text) => {
      element.focus();
      element.setSelectionRange(from, to);
      document.execCommand('insertText', false, text);
    },
    showList: (list, shadow, at) => {
      shown = { list, shadow, at };
      if (!list.matches(':popover-open')) list.showPopover();
      place();
    },
    markPrompt: (field, shadow, gutter, declared) => {
      const text = field.value;
      shadow.textContent = text + '\n';
      const starts = [0, ...Array.from(text.matchAll(/\n/g), end => end.index + 1)];
      if (!prompts.has(shadow)) {
        resized.observe(shadow);
        shadow.parentElement.addEventListener('scroll', () => number(shadow));
        field.addEventListener('keydown', event => {
          // They are for the list while there is one.
          const isTaken = ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(event.key);
          if (isTaken && !event.isComposing && field.hasAttribute('aria-activedescendant')) event.preventDefault();
        });
      }
      prompts.set(shadow, { starts, gutter });
      gutter.style.width = `${Math.max(2, String(starts.length).length)}ch`;
      number(shadow);
      const [known, unknown] = [highlight('prompt-variable'), highlight('prompt-undeclared')];
      if (!known) return;
      known.clear();
      unknown.clear();
      const node = shadow.firstChild;
      const names = new Set(declared);
      for (const match of text.matchAll(variable)) {
        const range = new Range();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        (names.has(match[1]) ? known : unknown).add(range);
      }
    },
  };
})();
