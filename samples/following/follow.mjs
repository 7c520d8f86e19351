export function follow(service, getToken, since, handle, readEverythingAnew) {
  const socket = new WebSocket(`${service.replace(/^http/, 'ws')}/api/v1/ws`);
  let silence, work = Promise.resolve();              // one after the other, in the order in which they came
  socket.onopen = async () => {
    socket.send(JSON.stringify({ action: 'authenticate', token: await getToken() }));
    socket.send(JSON.stringify({ action: 'subscribe', since }));
  };
  socket.onmessage = message => {
    clearTimeout(silence);
    silence = setTimeout(() => socket.close(), 60_000);                 // a heartbeat comes every 15 seconds
    work = work.then(() => take(JSON.parse(message.data))).catch(() => socket.close());
  };
  async function take(message) {
    if (message.event === 'error') return socket.close();
    if (message.event === 'resync_required') {
      since = await readEverythingAnew();             // the revision from which on to follow
      return socket.close();
    }
    if (message.event === 'subscribed') since ??= message.revision;     // without a revision it begins now
    if (message.type !== 'change' || message.revision <= since) return;
    await handle(message);
    since = message.revision;
  }
  socket.onclose = () => {
    clearTimeout(silence);
    work.then(() => setTimeout(() => follow(service, getToken, since, handle, readEverythingAnew), 1000));
  };
}
