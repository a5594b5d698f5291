import {
  BROWSER_OBJECT,
  DATA_SERVICE_OBJECT,
  EMAIL_OBJECT,
  MMS_OBJECT,
  NAP_OBJECT,
  POLICY_OBJECT,
  PROXY_OBJECT,
} from '@grove/protocol';
import { layMapping } from './mapping.ts';

/**
 * Where neutral settings are in the objects that Grove knows, for all models of which nothing else is said. A service
 * that others need comes before them: profiles bring services in this order.
 */
export const STANDARD_MAPPING = layMapping(new Map(), {
  apn: {
    object: NAP_OBJECT.urn,
    fixed: [{ path: 'AddrType', value: 'APN' }],
    settings: {
      name: 'Name',
      address: 'Addr',
      authentication: 'AuthInfo/AuthType',
      user: 'AuthInfo/AuthName',
      password: 'AuthInfo/AuthSecret',
      bearer: 'BearerType',
    },
  },
  proxy: {
    object: PROXY_OBJECT.urn,
    settings: {
      name: 'Name',
      type: 'ProxyType',
      address: 'Addr',
      addressType: 'AddrType',
      port: 'Ports/1/PortNbr',
      authentication: 'AuthInfo/AuthType',
      user: 'AuthInfo/AuthName',
      password: 'AuthInfo/AuthSecret',
      connection: 'ToConRef/1/ConRef',
    },
  },
  mms: {
    object: MMS_OBJECT.urn,
    fixed: [{ path: 'AppID', value: 'w4' }],
    settings: {
      name: 'Name',
      proxy: 'Addr',
      connection: 'PrefConRef',
      via: 'ToConRef/1/ConRef',
      creationMode: 'CM',
      resubmissionMode: 'RM',
      maxSize: 'MS',
    },
  },
  browser: {
    object: BROWSER_OBJECT.urn,
    fixed: [{ path: 'AppID', value: 'w2' }],
    settings: {
      name: 'Name',
      homePage: 'HomePage',
      connection: 'PrefConRef',
      'bookmark.name': 'Bookmarks/1/Name',
      'bookmark.address': 'Bookmarks/1/URI',
    },
  },
  email: {
    object: EMAIL_OBJECT.urn,
    settings: {
      name: 'Name',
      address: 'Address',
      connection: 'PrefConRef',
      protocol: 'Incoming/Protocol',
      incoming: 'Incoming/Addr',
      incomingPort: 'Incoming/PortNbr',
      incomingTls: 'Incoming/TLS',
      outgoing: 'Outgoing/Addr',
      outgoingPort: 'Outgoing/PortNbr',
      outgoingTls: 'Outgoing/TLS',
      user: 'User',
      password: 'Secret',
    },
  },
  qos: {
    object: DATA_SERVICE_OBJECT.urn,
    settings: {
      name: 'Name',
      connection: 'ConRef',
      maxDownlink: 'MaxDownlink',
      maxUplink: 'MaxUplink',
      trafficClass: 'TrafficClass',
      priority: 'Priority',
    },
  },
  policy: {
    object: POLICY_OBJECT.urn,
    settings: {
      name: 'Name',
      passwordRequired: 'Password/Required',
      passwordLength: 'Password/MinLength',
      passwordQuality: 'Password/Quality',
      passwordAttempts: 'Password/MaxAttempts',
      maxIdle: 'MaxIdle',
      camera: 'Camera',
      encryption: 'Encryption',
      roaming: 'Roaming',
    },
  },
});
