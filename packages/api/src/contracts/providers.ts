import { z } from "zod";

/** One entry of a host's catalogue for a provider (SPN-22). */
export const ModelOffer = z.object({
  alias: z.string().min(1).max(120),
  model: z.string().min(1).max(120).describe("The provider's own name"),
  efforts: z.array(z.string().min(1).max(40)).max(20),
  default: z.boolean(),
});
export type ModelOffer = z.infer<typeof ModelOffer>;
