"""Tables and folders that deliveries are written into; `kinds` names them."""
