/** The new ticket's page. */

import * as look from "./look.js";
import * as refresh from "./refresh.js";
import * as send from "./send.js";

look.start();
refresh.start();
send.start();
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.dataset["go"]) location.assign(event.target.dataset["go"] + event.target.value);
});
