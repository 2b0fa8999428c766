/** What every page loads. Each module defines its own custom elements or listens; nothing here does any work itself. */

import "./zone-picker.js";
import "./offline.js";
import "./live-count.js";
import "./chat-room.js";
import "./schedule-changes.js";
import "./schedule-now.js";
