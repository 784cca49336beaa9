"""Web layer: request context, middleware, forms, errors and the API document."""
