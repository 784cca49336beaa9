"""What every web endpoint uses: request context, middleware, forms, errors and the API document."""
