/** Nobody answered in time; whether the call was carried out is not known. */
export class RpcUnavailable extends Error {
  override readonly name = 'RpcUnavailable';
}
