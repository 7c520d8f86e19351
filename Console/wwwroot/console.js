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
    markVariables: (field, shadow, declared) => {
      const text = field.value;
      shadow.textContent = text + '\n';
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
