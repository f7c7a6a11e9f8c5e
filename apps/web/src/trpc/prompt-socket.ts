/** How long a peer has to agree to a close, in milliseconds. */
const patience = 500;

/**
 * A WebSocket whose closing does not wait long for a peer that no longer answers: browsers wait many seconds, and only
 * then would the page say that it is cut off and try again. Made when called, since servers may know no WebSocket.
 */
export function promptSocket(): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      let over = false;
      this.addEventListener("close", (event) => {
        if (over) event.stopImmediatePropagation();
        over = true;
      });
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      setTimeout(() => {
        if (this.readyState !== WebSocket.CLOSED) this.dispatchEvent(new CloseEvent("close", { code: 1006 }));
      }, patience);
    }
  };
}
